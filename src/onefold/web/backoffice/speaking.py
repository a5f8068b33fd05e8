"""What to speak about with a customer now, as a decision said it: offers, what speaks against the others, what to ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from onefold.domains.offers.evidence import Made
from onefold.domains.offers.gathering import INBOUND, OUTBOUND
from onefold.domains.offers.queries import Verdict
from onefold.domains.organisation.queries import ChannelRow
from onefold.domains.sellers.queries import SellerRow
from onefold.kernel.ids import new_id
from onefold.web.names import Names
from onefold.web.reasons import reasons
from onefold.web.ui.templatetags.figures import instant
from onefold.web.words import Words, word

REASONS: Words = {
    INBOUND: gettext_lazy("The customer came with a need"),
    OUTBOUND: gettext_lazy("We would like to offer something"),
}
ACTIONS: Words = {
    "SELL": pgettext_lazy("action", "Offer it"),
    "REFER": pgettext_lazy("action", "Hand on to a colleague who may"),
    "ACCOMPANY": pgettext_lazy("action", "Bring a colleague who may"),
    "LEARN": pgettext_lazy("action", "Not yet: a licence is missing"),
}
FIRST = ("COUNTER", "BANK", "TELEPHONE")
"""Kinds of channel at which somebody stands before a customer, most likely first."""


def asking(channels: Iterable[ChannelRow], company: str, names: Names) -> dict[str, Any]:
    """The form by which a decision is asked for; empty where the company has no channel."""
    own = [row for row in channels if row.company == company]
    own.sort(key=lambda row: (FIRST.index(row.kind) if row.kind in FIRST else len(FIRST), row.channel))
    return {
        "command_id": new_id(),
        "channels": [{"code": row.channel, "name": names.channel(row.channel)} for row in own],
        "reasons": [{"code": code, "text": word(REASONS, code)} for code in REASONS],
    }


def line(made: Made, names: Names) -> dict[str, Any]:
    """An earlier decision in one line."""
    best = names.series(made.offered[0].series) if made.offered else _("nothing")
    return {"evidence_id": made.evidence_id, "at": instant(made.at), "text": f"{names.channel(made.channel)} · {best}"}


def decision(made: Made, names: Names) -> dict[str, Any]:
    return {"at": made.at, "channel": names.channel(made.channel), "reason": word(REASONS, made.reason)}


def judged(row: Verdict, sellers: dict[str, SellerRow], names: Names) -> dict[str, Any]:
    """One series: what may be done about it, its weightiest reason, and the others."""
    why, who = reasons(row, names), sellers.get(row.seller)
    weighty = [*why["against"], *(gap["text"] for gap in why["missing"])] if not row.action else why["for_"]
    return {
        "series": names.series(row.series),
        "owner": names.company(row.owner_company),
        "action": word(ACTIONS, row.action),
        "tone": "good" if row.action == "SELL" else "warn" if row.action else "",
        "seller": (who.name if who else "") or row.seller,
        "headline": weighty[0] if weighty else _("Nothing speaks against it."),
        "why": {"for_": [*why["for_"], *why["met"]["for_"]], "against": why["against"], "missing": why["missing"]},
    }


def questions(made: Made, names: Names) -> list[str]:
    """What to ask, each once: first what stands between the customer and an offer."""
    asked = [gap["question"] for row in (*made.offered, *made.others) for gap in reasons(row, names)["missing"]]
    return list(dict.fromkeys(question for question in asked if question))


def facts(made: Made, names: Names) -> list[dict[str, Any]]:
    """By which state of data and rules."""
    return [
        {"label": _("Decision"), "text": str(made.evidence_id)},
        {"label": _("Asked for by"), "text": names.company(made.company), "note": made.actor},
        {"label": _("Release"), "text": made.release_id},
        {"label": _("Rulebook version"), "text": made.rulebook_version},
        {"label": _("Models"), "text": made.model_version or _("none: by what like holders hold")},
        {"label": _("Decision core"), "text": str(made.core_version)},
    ]
