"""The clock at the door: the relay and the long jobs."""
