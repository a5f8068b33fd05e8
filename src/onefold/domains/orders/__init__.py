"""From a proposal to a contract in force, or back to where nobody has paid for nothing."""
