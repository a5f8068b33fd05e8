"""Companies, channels, agency agreements, users' scopes."""
