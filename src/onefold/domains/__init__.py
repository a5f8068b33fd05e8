"""The business: one folder a room, in the order declared in the import contracts."""
