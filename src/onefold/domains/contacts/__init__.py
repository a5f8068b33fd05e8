"""Every attempt, answer and suppression, on every channel."""
