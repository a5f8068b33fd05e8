"""What an evaluation is: files, columns, target, protocol, how trees are grown, and scores known from elsewhere. Read from YAML."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from onefold.analytics.mining.boosting import Growth
from onefold.policy.packs import Place, read

SPLIT, FOLDS, TIME_ORDER, FILES, HIDE_ONE = "SPLIT", "FOLDS", "TIME_ORDER", "FILES", "HIDE_ONE"
PROTOCOLS = (SPLIT, FOLDS, TIME_ORDER, FILES, HIDE_ONE)
GROWTH = Growth()
TOP_KEYS = (
    "evaluation", "about", "files", "separator", "id", "leave_out", "days", "counts_of", "texts", "target", "treatment", "items",
    "protocol", "growth", "outcome_growth", "ways", "repeats", "known",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """A score somebody else reached by the same protocol; `error`: how far it strays by chance, 0 where nobody said."""

    metric: str
    score: float
    by: str
    error: float = 0.0


@dataclass(frozen=True)
class Condition:
    """A row counts as one with the outcome (or as treated, or as left in) if the column has one of these values."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Description:
    """`days`: column → format of its dates; `counts_of`: text columns whose values' numbers become features; `texts`: columns that
    are codes though they look like numbers; `items`: columns of owned items, one of which is hidden; `ways`: growths of which one is
    chosen among the people learnt from; `repeats`: how often learning is repeated, with other dice and halves, to say the mean.
    """

    name: str
    about: dict[str, str]
    files: dict[str, str]
    protocol: str
    known: tuple[Known, ...]
    separator: str = ","
    id: str = ""
    leave_out: tuple[str, ...] = ()
    days: dict[str, str] = field(default_factory=dict)
    counts_of: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    target: Condition | None = None
    treatment: Condition | None = None
    treated_share_thousandths: int = 500
    among: Condition | None = None
    terms: dict[str, int] = field(default_factory=dict)
    ways: tuple[Growth, ...] = (Growth(),)
    outcome_growth: Growth = field(default_factory=Growth)
    repeats: int = 1


def described(path: Path) -> Description:
    """Read a description; raises `RulebookBroken` with file and place."""
    top = read(path)
    top.only(*TOP_KEYS)
    protocol = top.at("protocol")
    kind = protocol.at("kind").text()
    if kind not in PROTOCOLS:
        protocol.broken(f"kind must be one of {', '.join(PROTOCOLS)}")
    treatment = top.maybe("treatment")
    return Description(
        name=top.at("evaluation").text(),
        about=top.at("about").languages(),
        files={key: place.text() for key, place in top.at("files").places()},
        protocol=kind,
        known=tuple(_known(place) for place in top.at("known").items()),
        separator=_text(top, "separator", ","),
        id=_text(top, "id", ""),
        leave_out=_texts(top, "leave_out"),
        days={key: place.text() for key, place in _places(top, "days")},
        counts_of=_texts(top, "counts_of"),
        texts=_texts(top, "texts"),
        items=_texts(top, "items"),
        target=_condition(top.maybe("target")),
        treatment=_condition(treatment),
        treated_share_thousandths=_whole(treatment, "share_thousandths", 500),
        among=_condition(treatment.maybe("among")) if treatment else None,
        terms={key: place.whole() for key, place in protocol.places() if key != "kind"},
        ways=_ways(top),
        outcome_growth=_growth(top.maybe("outcome_growth")),
        repeats=_whole(top, "repeats", 1),
    )


def _known(place: Place) -> Known:
    place.only("metric", "score", "by", "error")
    error = place.maybe("error")
    return Known(
        place.at("metric").text(),
        float(place.at("score").text()),
        place.at("by").text(),
        float(error.text()) if error else 0.0,
    )


def _condition(place: Place | None) -> Condition | None:
    if place is None:
        return None
    return Condition(place.at("column").text(), tuple(item.text() for item in place.at("values").items()))


def _growth(place: Place | None, usual: Growth = GROWTH) -> Growth:
    given: dict[str, Any] = {}
    for key, part in place.places() if place else ():
        given[key] = part.text() if key == "objective" else part.whole()
    return replace(usual, **given)


def _ways(top: Place) -> tuple[Growth, ...]:
    """Each of `ways` says what it has other than `growth`."""
    usual, ways = _growth(top.maybe("growth")), top.maybe("ways")
    return tuple(_growth(way, usual) for way in ways.items()) if ways else (usual,)


def _texts(top: Place, key: str) -> tuple[str, ...]:
    place = top.maybe(key)
    return tuple(item.text() for item in place.items()) if place else ()


def _text(top: Place, key: str, otherwise: str) -> str:
    place = top.maybe(key)
    return place.text() if place else otherwise


def _whole(top: Place | None, key: str, otherwise: int) -> int:
    place = top.maybe(key) if top else None
    return place.whole() if place else otherwise


def _places(top: Place, key: str) -> list[tuple[str, Place]]:
    place = top.maybe(key)
    return list(place.places()) if place else []
