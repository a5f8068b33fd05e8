"""A held release as plain values: what fell, which files, who has said what."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from onefold.domains.releases.held_queries import ApprovalRow, FallRow, HoldRow, LostRow
from onefold.policy.feed_sentences import REFUSAL_SENTENCES
from onefold.web.backoffice.receipts import company_of, title_of
from onefold.web.cells import cell, stacked
from onefold.web.names import Names
from onefold.web.shell import ROLE_LABELS
from onefold.web.ui.templatetags.figures import count
from onefold.web.words import BATCH_OUTCOMES, Words, word

FACTS: Words = {
    "companies": pgettext_lazy("fact", "Companies"),
    "channels": pgettext_lazy("fact", "Channels"),
    "agency_agreements": pgettext_lazy("fact", "Agency agreements"),
    "series": pgettext_lazy("fact", "Product series"),
    "products": pgettext_lazy("fact", "Products"),
    "channel_authorisations": pgettext_lazy("fact", "Channel authorisations"),
    "sellers": pgettext_lazy("fact", "Sellers"),
    "customers": pgettext_lazy("fact", "Customers"),
    "source_records": pgettext_lazy("fact", "Records of customers"),
    "memberships": pgettext_lazy("fact", "Records that are known to be a customer"),
    "search_tokens": pgettext_lazy("fact", "Search tokens"),
    "circumstances": pgettext_lazy("fact", "Circumstances of customers"),
    "standings": pgettext_lazy("fact", "Standings of customers"),
    "consents": pgettext_lazy("fact", "Consents in force"),
    "contact_blocks": pgettext_lazy("fact", "Do-not-contact wishes"),
    "contracts": pgettext_lazy("fact", "Contracts in force"),
    "arms": pgettext_lazy("fact", "Customers drawn for the holdout or left open"),
    "offers": pgettext_lazy("fact", "Offers to sellers"),
}
STATES: Words = {
    "OPEN": pgettext_lazy("hold", "Waits for judgement"),
    "PASSED": pgettext_lazy("hold", "Passed by two persons"),
    "DROPPED": pgettext_lazy("hold", "Dropped"),
    "SUPERSEDED": pgettext_lazy("hold", "A newer release took its place"),
}
TONES = {"OPEN": "warn", "PASSED": "good", "DROPPED": "bad", "SUPERSEDED": ""}
ICONS = {"OPEN": "pause", "PASSED": "check", "DROPPED": "failed", "SUPERSEDED": "forward"}
NOT_THERE = gettext_lazy("The last run did not find it at all")


def alert(row: HoldRow | None, names: Names) -> dict[str, Any] | None:
    """What stands on the pages of intake and operations while a release is held; at most the three worst lines."""
    if row is None:
        return None
    lines = [_("The files of a release that was taken back are all in it again.")] if row.was_taken_back else []
    lines += [f"{file_title(one, names)}: {file_state(one)}" for one in row.files]
    lines += [from_to(one, names) for one in row.falls]
    more = len(lines) - 3
    rest = ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more} if more > 0 else ""
    return {"url": reverse("backoffice:hold", args=[row.hold_id]), "at": row.held_at, "lines": lines[:3], "rest": rest}


def company(code: str, names: Names) -> str:
    return company_of(code, names) if code else _("The whole group")


def from_to(row: FallRow, names: Names) -> str:
    said = {"company": company(row.company, names), "what": word(FACTS, row.fact)}
    said |= {"before": told(row.before), "now": told(row.now)}
    return _("%(company)s, %(what)s: from %(before)s to %(now)s") % said


def told(number: int | None) -> str:
    return _("a few") if number is None else str(count(number))


def file_title(row: LostRow, names: Names) -> str:
    return title_of(row.feed, names)


def file_state(row: LostRow) -> str:
    if not row.outcome:
        return str(NOT_THERE)
    return f"{word(BATCH_OUTCOMES, 'LOADED')} → {word(BATCH_OUTCOMES, row.outcome)}"


def files(rows: tuple[LostRow, ...], names: Names) -> dict[str, Any]:
    """The files that were loaded and are so no more."""
    heads = [_("File of"), _("Company"), _("Now"), _("Why")]
    cells = [
        [
            cell(file_title(row, names), url=reverse("backoffice:batch", args=[row.batch_id])),
            cell(company_of(row.company, names)),
            cell(file_state(row), tone="bad", icon="warning"),
            cell(_reason(row, names)),
        ]
        for row in rows
    ]
    return _table(_("Files that were loaded and are so no more"), heads, cells, numeric=())


def _reason(row: LostRow, names: Names) -> str | None:
    sentence = REFUSAL_SENTENCES.get(row.reason)
    return sentence.get(names.language, row.reason) if sentence else row.reason or None


def falls(rows: tuple[FallRow, ...], names: Names) -> dict[str, Any]:
    """What fell too far, the greatest share first."""
    heads = [_("Facts"), _("Company"), _("Readers see"), _("It would be"), _("Fewer"), _("A fall may be")]
    cells = [
        [
            cell(str(word(FACTS, row.fact))),
            cell(company(row.company, names)),
            cell(told(row.before), numeric=True),
            cell(told(row.now), numeric=True),
            cell(_fewer(row), numeric=True),
            cell(f"{row.percent_max} %", numeric=True),
        ]
        for row in rows
    ]
    return _table(_("Facts that would fall too far"), heads, cells, numeric=(2, 3, 4, 5))


def _fewer(row: FallRow) -> str:
    if row.before is None or row.now is None:
        return _("all of them") if row.now == 0 else "–"
    return f"−{count(row.before - row.now)} ({round(100 * (row.before - row.now) / row.before)} %)"


def _table(
    caption: str, heads: list[str], cells: list[list[dict[str, Any]]], numeric: tuple[int, ...]
) -> dict[str, Any]:
    columns = [{"label": head, "numeric": place in numeric} for place, head in enumerate(heads)]
    return stacked({"caption": caption, "columns": columns, "rows": [{"cells": row} for row in cells]})


def state(row: HoldRow) -> dict[str, str]:
    return {"text": str(word(STATES, row.state)), "tone": TONES[row.state], "icon": ICONS[row.state]}


def approval(row: ApprovalRow) -> dict[str, Any]:
    return {"name": row.name, "role": str(ROLE_LABELS.get(row.role, row.role)), "at": row.at, "why": row.why}


def past(rows: list[HoldRow]) -> list[dict[str, Any]]:
    """Holds that have ended, for the foot of the page."""
    return [
        {"url": reverse("backoffice:hold", args=[row.hold_id]), "at": row.held_at, "release": row.release_id[:8]}
        | {"state": state(row)}
        for row in rows
    ]
