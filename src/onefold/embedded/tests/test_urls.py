"""Addresses survive being written as a URL, whatever letters a password holds; passwords do not show by accident."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefold.embedded.refusals import BadAddress
from onefold.embedded.urls import Connection, from_url

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@given(user=WORDS, password=WORDS, dbname=WORDS, host=st.sampled_from(["db.example", "10.0.0.1", "/tmp/onefold-ab"]))
def test_a_url_says_the_same_as_its_connection(user: str, password: str, dbname: str, host: str) -> None:
    connection = Connection(host, 6432, dbname, user, password, (("sslmode", "verify-full"),))
    assert from_url(connection.url()) == connection


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://a:b@h/d", Connection("h", 5432, "d", "a", "b")),
        (
            "postgresql://a:p%40ss@h:6432/d?sslmode=require",
            Connection("h", 6432, "d", "a", "p@ss", (("sslmode", "require"),)),
        ),
        ("postgresql://a@/?host=/run/postgresql", Connection("/run/postgresql", 5432, "postgres", "a", "")),
        ("host=h user=a", Connection("h", 5432, "postgres", "a", "")),
    ],
)
def test_the_usual_ways_of_writing_are_understood(url: str, expected: Connection) -> None:
    assert from_url(url) == expected


@pytest.mark.parametrize("url", ["mysql://a@h/d", "nonsense", "postgresql://a@h:port/d"])
def test_what_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(BadAddress) as refused:
        from_url(url)
    assert url not in str(refused.value)


def test_a_password_never_shows_in_a_repr() -> None:
    assert "secret" not in repr(Connection("h", 5432, "d", "a", "secret"))


def test_what_is_empty_is_left_to_libpq() -> None:
    assert Connection("", 5432, "d", "a", "").parameters() == {
        "connect_timeout": "10",
        "port": "5432",
        "dbname": "d",
        "user": "a",
    }
