"""Rows on their way into tables."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.db import connection, transaction

from onefold.commands import staging

TEXTS = ["", None, "a", "a,b", 'say "so"', "two\nlines", "back\\slash", "{curly}", "NULL", "龴·𠮷", " "]


def test_what_goes_in_as_csv_comes_out_as_it_was(database):
    lists = [[], ["", "a"], ['say "so"', "a,b"], ["back\\slash", "{}"], ["NULL", "龴"], *([["x"]] * 6)]
    frame = pl.DataFrame(
        {
            "place": range(len(TEXTS)),
            "text": TEXTS,
            "texts": lists,
            "on": [date(2026, 2, 28), None, *([date(1, 1, 1)] * 9)],
        },
        schema_overrides={"texts": pl.List(pl.String)},
    )
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute('CREATE TEMP TABLE kept (place int, text text, texts text[], "on" date)')
        staging._copy("kept", 'place, text, texts, "on"', staging.Rows(frame))
        cursor.execute("SELECT * FROM kept ORDER BY place")
        assert cursor.fetchall() == list(staging.Rows(frame))
