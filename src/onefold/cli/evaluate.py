"""`onefold evaluate SUBJECT ...`: how good it is where the truth is known. One table from subject to function."""

from __future__ import annotations

import importlib
import sys

SUBJECTS: dict[str, tuple[str, str]] = {
    "linkage": ("onefold.cli.evaluate_linkage:main", "who is who: found customers beside the true ones"),
    "lift": ("onefold.cli.evaluate_lift:main", "whether the lift's interval covers the planted truth"),
}


def evaluate(words: list[str]) -> int:
    """Evaluate one subject, or one of the described data sets; return its exit code."""
    from onefold.cli import evaluate_sets

    sets = evaluate_sets.descriptions()
    if words and words[0] in sets:
        return evaluate_sets.main(words[0], words[1:])
    if not words or words[0] not in SUBJECTS:
        for word, (_, meaning) in SUBJECTS.items():
            print(f"  ./onefold evaluate {word:<9} {meaning}", file=sys.stderr)
        print(f"  ./onefold evaluate SET --data FOLDER, where SET is one of {', '.join(sets)}", file=sys.stderr)
        return 0 if words in ([], ["-h"], ["--help"]) else 2
    module, _, function = SUBJECTS[words[0]][0].partition(":")
    result: int = getattr(importlib.import_module(module), function)(words[1:])
    return result
