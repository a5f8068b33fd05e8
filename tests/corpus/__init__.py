"""Bad files, made by code: hostile ones, broken ones, naughty texts. Nothing large is kept in the repository."""
