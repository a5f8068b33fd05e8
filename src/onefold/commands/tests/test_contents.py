"""What a table holds, in two numbers."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from onefold.commands import contents
from onefold.commands.contents import Contents


@pytest.fixture
def _table(database, as_role):
    with as_role("batch"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE staging.told (name text, of text[], on_day date)")
        cursor.execute(
            "INSERT INTO staging.told VALUES ('a', '{x,y}', '2026-01-01'), ('b', NULL, NULL), ('', '{}', NULL)"
        )
        yield
        transaction.set_rollback(True)


def held() -> Contents | None:
    return contents.contents_of("staging.told", "")


def do(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.usefixtures("_table")
def test_the_order_of_the_rows_does_not_matter():
    before = held()
    assert before.rows == 3
    do("CREATE TABLE staging.other AS SELECT * FROM staging.told ORDER BY name DESC")
    assert contents.contents_of("staging.other", "") == before


@pytest.mark.usefixtures("_table")
@pytest.mark.parametrize(
    "change",
    [
        "TRUNCATE staging.told",
        "DELETE FROM staging.told WHERE name = ''",
        "INSERT INTO staging.told VALUES ('b', NULL, NULL)",
        "UPDATE staging.told SET name = 'c' WHERE name = 'b'",
        "UPDATE staging.told SET name = NULL WHERE name = ''",
        "UPDATE staging.told SET of = '{y,x}' WHERE name = 'a'",
        "UPDATE staging.told SET on_day = '2026-01-02' WHERE name = 'a'",
    ],
)
def test_every_change_shows(change):
    before = held()
    do(change)
    assert held() != before


@pytest.mark.usefixtures("_table")
def test_rows_of_nothing_are_counted():
    do("TRUNCATE staging.told")
    do("INSERT INTO staging.told SELECT NULL, NULL, NULL FROM generate_series(1, 2)")
    two = held()
    do("INSERT INTO staging.told DEFAULT VALUES")
    assert (two.rows, held().rows) == (2, 3)


@pytest.mark.usefixtures("_table")
def test_a_table_that_is_gone_holds_nothing_to_compare():
    do("DROP TABLE staging.told")
    assert held() is None
