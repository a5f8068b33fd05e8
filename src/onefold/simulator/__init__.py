"""A whole group with known truth: for the demo, the tests, scale, and for judging what Onefold claims to have caused."""
