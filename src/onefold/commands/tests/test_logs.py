"""Log lines hold codes, ids, kinds and places, and nothing that somebody said."""

from __future__ import annotations

import json
import logging
from uuid import uuid4

import pytest

from onefold.commands import tracing
from onefold.commands.logs import JsonLines, PlainLines

NAME = "张三丰"


def line_of(
    name: str, level: int, message: str, *words: object, error: BaseException | None = None
) -> dict[str, object]:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, level, "f.py", 1, message, words, info)
    told = json.loads(JsonLines().format(record))
    assert NAME not in PlainLines().format(record)
    assert NAME not in json.dumps(told, ensure_ascii=False)
    return told


def test_our_own_words_are_said_as_they_are():
    told = line_of("onefold.relay", logging.ERROR, "reaction %s failed: %s", "accrue", "REFUSED")
    assert told["message"] == "reaction accrue failed: REFUSED" and told["level"] == "ERROR"


@pytest.mark.parametrize(
    ("message", "words", "said"),
    [
        ("%s: %s", ("Not Found", f"/customers/{NAME}"), "…: …"),
        (f"Invalid HTTP_HOST header: {NAME}", (), "…"),
        ("%d of %s", (7, NAME), "7 of …"),
        ("broken %d", (NAME,), "…"),
    ],
)
def test_what_others_say_is_cut_to_its_fixed_words(message, words, said):
    assert line_of("django.request", logging.WARNING, message, *words)["message"] == said


def test_an_error_is_its_kind_and_its_places():
    secret = NAME
    try:
        try:
            int(secret)
        except ValueError as cause:
            raise RuntimeError(f"cannot read {secret}") from cause
    except RuntimeError as error:
        told = line_of("onefold.web", logging.ERROR, "broken", error=error)
    assert told["error"] == "RuntimeError < ValueError"
    assert "test_logs.py" in str(told["trace"]) and "test_an_error_is_its_kind_and_its_places" in str(told["trace"])


def test_request_and_command_stand_on_every_line():
    asked, command = str(uuid4()), uuid4()
    trace = tracing.begin(asked)
    tracing.note_command(command)
    trace.route = "home"
    told = line_of("onefold.web", logging.INFO, "x")
    tracing.end()
    assert (told["request_id"], told["command_id"], told["route"]) == (asked, str(command), "home")
    assert "request_id" not in line_of("onefold.web", logging.INFO, "x")


@pytest.mark.parametrize("asked", ["", "13800138000", "110101199003078515", NAME * 12, "x" * 36, "4d2\n" * 9])
def test_a_request_id_that_is_no_uuid_is_replaced(asked):
    assert tracing.begin(asked).request_id != asked
    tracing.end()
