"""Doubtful links arranged for the steward: two records side by side, what is alike, what was said."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from onefold.domains.customers.links import DOUBTFUL, LINKED, RULED, Link, Side
from onefold.kernel import masks
from onefold.web.names import Names
from onefold.web.ui.templatetags.figures import day, share
from onefold.web.words import Words

MILLION = 1_000_000
TABS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "doubtful": (gettext_lazy("Doubtful"), DOUBTFUL),
    "linked": (gettext_lazy("Linked by likeness"), LINKED),
    "ruled": (gettext_lazy("Ruled upon"), RULED),
}
OUTCOMES: Words = {
    "REVIEW": gettext_lazy("for a person to judge"),
    "CONTRADICTED": gettext_lazy("other links leave no room"),
    "LINKED": gettext_lazy("linked"),
    "KEPT": gettext_lazy("linked, stands from an earlier run"),
    "CONFIRMED": gettext_lazy("linked, a steward confirmed it"),
    "REFUSED": gettext_lazy("kept apart, a steward refused it"),
}
LEVELS: Words = {
    "NAME_SAME": gettext_lazy("same name"),
    "NAME_ALIKE": gettext_lazy("name sounds alike or is mistyped"),
    "NAME_GIVEN": gettext_lazy("same given name, another surname"),
    "NAME_CHARACTER": gettext_lazy("one character of the name differs"),
    "NAME_FAMILY": gettext_lazy("same surname only"),
    "NAME_OTHER": gettext_lazy("another name"),
    "BIRTH_SAME": gettext_lazy("same date of birth"),
    "BIRTH_TYPED": gettext_lazy("date of birth mistyped"),
    "BIRTH_NEAR": gettext_lazy("date of birth similar"),
    "BIRTH_OTHER": gettext_lazy("another date of birth"),
    "REACH_BOTH": gettext_lazy("same phone and address"),
    "REACH_PHONE": gettext_lazy("same phone"),
    "REACH_ADDRESS": gettext_lazy("same address"),
    "REACH_NEAR": gettext_lazy("phone or address nearly the same"),
    "REACH_PARTLY": gettext_lazy("address partly the same"),
    "REACH_OTHER": gettext_lazy("another phone and address"),
    "EMAIL_SAME": gettext_lazy("same e-mail"),
    "EMAIL_NEAR": gettext_lazy("e-mail similar"),
    "EMAIL_OTHER": gettext_lazy("another e-mail"),
    "REGION_SAME": gettext_lazy("same region"),
    "REGION_NEAR": gettext_lazy("neighbouring town"),
    "REGION_OTHER": gettext_lazy("another region"),
    "SEX_SAME": gettext_lazy("same sex"),
    "SEX_OTHER": gettext_lazy("another sex"),
    "DOCUMENT_SAME": gettext_lazy("same document"),
    "DOCUMENT_NEAR": gettext_lazy("document number similar"),
    "DOCUMENT_OTHER": gettext_lazy("another document"),
}
VERDICTS: Words = {
    "SAME": pgettext_lazy("link", "One customer"),
    "DIFFERENT": pgettext_lazy("link", "Two customers"),
    "OPEN": pgettext_lazy("link", "Open again"),
}
ASKED: Words = {
    "SAME": gettext_lazy("One customer: confirm"),
    "DIFFERENT": gettext_lazy("Two customers: refuse"),
    "OPEN": gettext_lazy("Take it back"),
}


def tabs(counts: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    return [
        {
            "label": str(words),
            "url": f"?show={name}",
            "active": name == chosen,
            "number": sum(counts.get(outcome, 0) for outcome in outcomes),
        }
        for name, (words, outcomes) in TABS.items()
    ]


def row(link: Link, names: Names) -> dict[str, Any]:
    return {
        "one": str(link.source_record_id),
        "other": str(link.other_record_id),
        "sides": [_side(side, names) for side in link.sides],
        "probability": share(link.probability_ppm / MILLION) if link.probability_ppm else "",
        "outcome": str(OUTCOMES.get(link.outcome, link.outcome)),
        "levels": [level_words(code) for code in link.levels],
        "said": [
            {"verdict": str(VERDICTS.get(one.verdict, one.verdict)), "why": one.why, "by": one.by, "at": one.at}
            for one in link.said
        ],
        "pending": _pending(link),
        "choices": [(verdict, str(ASKED[verdict])) for verdict in _open_to(link)],
    }


def _pending(link: Link) -> str:
    """What was said since the release, and holds from the next one on."""
    heeded = {"CONFIRMED": "SAME", "REFUSED": "DIFFERENT"}.get(link.outcome, "OPEN")
    return "" if link.verdict == heeded else str(VERDICTS[link.verdict])


def _open_to(link: Link) -> list[str]:
    return [verdict for verdict in ("SAME", "DIFFERENT", "OPEN") if verdict != link.verdict]


def _side(side: Side, names: Names) -> dict[str, Any]:
    shown = side.source_key is not None
    parts = [
        masks.mask_name(side.name) if side.name else "",
        day(side.born_on) if side.born_on else "",
        masks.mask_phone(side.phone) if side.phone else "",
    ]
    return {
        "company": names.company(side.company),
        "name": parts[0] if shown else "",
        "more": " · ".join(part for part in parts[1:] if part) if shown else _("Not shared with your company"),
        "key": side.source_key or "",
    }


def level_words(code: str) -> dict[str, str]:
    """What one comparison found, and whether it speaks for one customer or against; the mark helps, the words say it."""
    finding = code.partition("_")[2]
    tone = "bad" if finding == "OTHER" else "good" if finding in ("SAME", "BOTH") else "warn"
    return {"text": str(LEVELS.get(code, code)), "tone": tone}
