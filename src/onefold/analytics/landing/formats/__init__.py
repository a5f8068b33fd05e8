"""How each format of a file becomes rows of texts: what packs it, what its cells mean, what it must not hold."""
