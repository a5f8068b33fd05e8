"""The feed assistant: `draft` proposes the YAML of feeds from samples of files, `check` proves it on the files.

Whatever the assistant proposes is a guess with its reason beside it; a guess that only a person can confirm is the word TODO.
No value of a name, number, phone or address ever stands in a draft: shapes and counts do.
"""

from __future__ import annotations
