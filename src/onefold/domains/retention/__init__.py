"""How long things are kept, legal holds, and what went on which night."""
