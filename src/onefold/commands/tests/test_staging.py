"""Rows on their way into tables."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.db import connection, transaction

from onefold.commands import staging

TEXTS = [
    "",
    None,
    "a",
    "a,b",
    'say "so"',
    "two\nlines",
    "back\\slash",
    "{curly}",
    "NULL",
    "龴·𠮷",
    " ",
    "a\tb",
    "\r\n",
    r"\N",
    r"\.",
]


def test_what_goes_in_as_text_comes_out_as_it_was(database):
    lists = [[], ["", "a"], ['say "so"', "a,b"], ["back\\slash", "{}"], ["NULL", "龴"], ["a\tb", "\n"], *([["x"]] * 9)]
    frame = pl.DataFrame(
        {
            "place": range(len(TEXTS)),
            "text": TEXTS,
            "texts": lists,
            "numbers": [[], [-1], *([[0, 2**62]] * 13)],
            "on": [date(2026, 2, 28), None, *([date(1, 1, 1)] * 13)],
        },
        schema_overrides={"texts": pl.List(pl.String), "numbers": pl.List(pl.Int64)},
    )
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute('CREATE TEMP TABLE kept (place int, text text, texts text[], numbers bigint[], "on" date)')
        staging._copy("kept", 'place, text, texts, numbers, "on"', staging.Rows(frame))
        cursor.execute("SELECT * FROM kept ORDER BY place")
        assert cursor.fetchall() == list(staging.Rows(frame))
