"""The companies' machines: hand in files, ask what became of every row. Versioned JSON, described at /api/v1/openapi.json."""
