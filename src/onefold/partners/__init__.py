"""The outside: how requests leave this installation, and where they may never go."""
