"""Makes a folder of packs out of texts, for tests."""

from __future__ import annotations

import textwrap
from pathlib import Path

LIMIT = """
values:
  visits_per_day_max:
    meaning: {en: Most visits in a day, zh-Hans: 每日拜访次数上限}
    unit: visits
    history:
      - {from: 2024-01-01, value: 4, reference: Decision 1}
      - {from: 2026-01-01, value: 6, reference: Decision 2}
      - {from: 2027-01-01, value: 9, reference: Proposal 3, draft: true}
"""


def packs(folder: Path, **files: str) -> Path:
    """`contact__limits=text` becomes `contact/limits.yaml`; `contact__cases__x` becomes `contact/cases/x.yaml`."""
    for name, text in files.items():
        path = folder.joinpath(*name.split("__")).with_suffix(".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return folder
