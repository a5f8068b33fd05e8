"""`onefold evaluate SET --data FOLDER`: a public data set, described by YAML, through the platform's own learning."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from onefold.analytics.mining.boosting import Growth
from onefold.analytics.mining.evaluation import Description, Found, Known, described, evaluated
from onefold.cli import place

LESS_IS_BETTER = ("LOG_LOSS", "CALIBRATION_ERROR")


def descriptions() -> dict[str, Path]:
    """Name → file of the sets that are described in the project."""
    return {path.stem: path for path in sorted((place.home() / "examples" / "evaluations").glob("*.yaml"))}


def main(name: str, words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog=f"onefold evaluate {name}", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help=f"folder with the set's files, or with a folder {name}"
    )
    asked = parser.parse_args(words)
    description = described(descriptions()[name])
    folder = asked.data / name if (asked.data / name).is_dir() else asked.data
    missing = [file for file in description.files.values() if not (folder / file).exists()]
    if missing:
        parser.error(f"{folder} has no {missing[0]}")
    began = time.monotonic()
    show(description, evaluated(description, folder), time.monotonic() - began)
    return 0


def show(description: Description, found: Found, seconds: float) -> None:
    known = {score.metric: score for score in description.known}
    print(f"{description.name}: {description.about['en']}")
    print(f"  {'metric':<22} {'ours':>9} {'known':>9}")
    for metric, figure in found.figures.items():
        beside = known.get(metric)
        told = f"{beside.score:>9.4f}  {_verdict(metric, figure, beside)}  {beside.by}" if beside else ""
        print(f"  {metric:<22} {figure:>9.4f} {told}".rstrip())
    if len(description.ways) > 1:
        print(f"  of {len(description.ways)} ways, chosen among those learnt from:")
        for way, times in Counter(found.chosen).items():
            print(f"    {_told(way)}" + (f", {times} times" if times > 1 else ""))
    print(f"  {seconds:.1f} s")


def _told(way: Growth) -> str:
    """What of a way is not the usual."""
    usual = asdict(Growth())
    return ", ".join(f"{name} {value}" for name, value in asdict(way).items() if value != usual[name]) or "as usual"


def _verdict(metric: str, ours: float, known: Known) -> str:
    """`equal`: behind by less than chance moves the figure by."""
    ahead = known.score - ours if metric.endswith(LESS_IS_BETTER) else ours - known.score
    return "reached" if ahead >= 0 else "equal  " if ahead >= -known.error else "behind "
