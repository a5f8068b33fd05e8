"""The progress file is whole at any time, and its heartbeat tells a long step from a dead process."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

from onefold.analytics.progress import Progress


def state(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_it_tells_the_step_and_how_many_are_behind(tmp_path: Path) -> None:
    path = tmp_path / "r.progress.json"
    with Progress(path, "r") as progress:
        progress.step("spells", 5, 10)
        progress.part(20_000, 34_000)
        assert {name: state(path)[name] for name in ("run_id", "step", "done", "total", "part", "finished")} == {
            "run_id": "r", "step": "spells", "done": 5, "total": 10, "part": {"done": 20_000, "total": 34_000}, "finished": None,
        }  # fmt: skip
        progress.step("indicators", 6, 10)
        assert state(path)["part"] is None
        progress.finish("abc")
    assert (state(path)["done"], state(path)["release_id"], state(path)["failed"]) == (10, "abc", None)
    assert state(path)["finished"]


def test_a_failure_has_a_code_and_a_sentence_in_each_language(tmp_path: Path) -> None:
    path = tmp_path / "r.progress.json"
    with Progress(path, "r") as progress:
        progress.fail("ROWS_LOST", {"en": "Lost.", "zh-Hans": "丢失。"})
    failed = state(path)["failed"]
    assert failed == {"code": "ROWS_LOST", "sentence": "Lost.", "sentences": {"en": "Lost.", "zh-Hans": "丢失。"}}
    assert state(path)["release_id"] is None


def test_the_heart_beats_during_a_long_step_and_stops_with_the_run(tmp_path: Path) -> None:
    path = tmp_path / "r.progress.json"
    with Progress(path, "r", heartbeat_s=0.01) as progress:
        progress.step("linkage", 3, 10)
        first = state(path)["heartbeat"]
        for _ in range(200):
            time.sleep(0.01)
            if state(path)["heartbeat"] != first:
                break
        assert state(path)["heartbeat"] != first
    last = state(path)["heartbeat"]
    time.sleep(0.05)
    assert state(path)["heartbeat"] == last


def test_a_reader_never_finds_half_a_file(tmp_path: Path) -> None:
    path, over = tmp_path / "r.progress.json", threading.Event()
    found: list[int] = []
    torn: list[str] = []

    def watch() -> None:
        while not over.is_set():
            if path.exists():
                text = path.read_text()
                if text.endswith("}"):
                    found.append(json.loads(text)["done"])
                else:
                    torn.append(text)

    with Progress(path, "r", heartbeat_s=0.001) as progress:
        watcher = threading.Thread(target=watch)
        watcher.start()
        for done in range(300):
            progress.step("x" * (done * 7 % 50), done, 300)
        over.set()
        watcher.join()
    assert torn == []
    assert found == sorted(found) != []
