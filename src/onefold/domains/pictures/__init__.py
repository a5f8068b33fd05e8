"""What the cockpit draws: white space, flows, cohorts and contributions of the release in force."""
