"""The one way in which rows are chained: a link's hash is over the link before and the hashes of its rows, in their order.

SQL and nothing else, so that the writer, the verifier and somebody with `psql` reckon the same. The ledger's journals and the
companies' audit are chained so.
"""

from __future__ import annotations


def sha256(text: str) -> str:
    """SQL: the hash of a text, as 64 hexadecimal digits."""
    return f"encode(sha256(convert_to({text}, 'UTF8')), 'hex')"


def head(before: str, body: str, order: str) -> str:
    """SQL: an aggregate over the link's rows. `before`: the head of the link before (null at the beginning)."""
    return sha256(f"coalesce({before}, '') || coalesce(string_agg({body}, '' ORDER BY {order}), '')")
