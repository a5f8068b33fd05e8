"""Who may share what with whom for which purpose; do-not-contact."""
