"""Who serves a contract after its seller has left, and who must be told of it by when."""
