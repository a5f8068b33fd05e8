"""The declaration of one column, and in words what was seen in it."""

from __future__ import annotations

from onefold.analytics.assistant.codes import TODO
from onefold.analytics.assistant.drafts import ColumnDraft, Draft, FieldDraft
from onefold.analytics.assistant.profiles import DEFAULT_BIRTHDAYS, Profile
from onefold.analytics.assistant.words import say
from onefold.policy.feed_shapes import COLUMN_TYPES
from onefold.policy.feed_targets import DAY, MONEY, TARGETS

DEFAULT_SHARE = 0.02
FEW_CODES = 12


def declared(draft: Draft, profile: Profile, currency: str, currency_told: bool, language: str) -> None:
    """Declare a column with the type its field needs, else the one seen."""
    fields = [name for name in draft.map if draft.column_of(name) == profile.name]
    column = ColumnDraft(profile.name, _type(draft, profile, fields))
    draft.columns[profile.name] = column
    needed = {field.name for field in TARGETS[draft.target].fields if field.needed}
    if profile.filled == profile.rows and any(name in needed for name in fields):
        column.options["required"] = True
    if profile.empty:
        column.options["empty"] = list(profile.empty)
        column.remarks.append(say(language, "nothing"))
    _DECLARE.get(column.type, lambda *_: None)(draft, column, profile, language)
    if column.type == "money":
        _money(draft, column, profile, currency, currency_told, language)
    if profile.name in draft.drops_bad:
        column.options["on_bad"] = "empty"
    if column.type == profile.type and profile.misfits:
        column.remarks.append(say(language, "misfits", rows=profile.misfits, filled=profile.filled))
    coded = any(source.column == profile.name and source.codes for source in draft.map.values())
    if profile.codes and column.type == "text" and not coded:
        column.remarks.append(say(language, "codes", codes=_counted(profile)))
        if not fields and len(profile.codes) <= FEW_CODES and profile.rows >= 200:
            column.options["one_of"] = list(profile.codes)


def _type(draft: Draft, profile: Profile, fields: list[str]) -> str:
    """Text where the field is text: numbers that are keys or codes stay as they are written."""
    seen = profile.type if profile.type in COLUMN_TYPES else "text"
    for name in fields:
        field = TARGETS[draft.target].field(name)
        source = draft.map[name]
        if field is None or source.column != profile.name:
            continue
        if field.kind == MONEY:
            return "money"
        if name in ("phone", "email"):
            return name
        if name == "id_number":
            beside = draft.map.get("id_type")
            return (
                "id_number"
                if beside and beside.codes
                else seen
                if seen == "credit_code"
                else _lone_number(seen, beside)
            )
        if field.kind != DAY and seen in ("whole", "money", "date"):
            return "text"
    if any(
        profile.name in _inputs(step) and str(step["function"]).startswith("birth_number")
        for step in draft.derive.values()
    ):
        return "text"
    if any(_inputs(step)[1:] == [profile.name] for step in draft.derive.values()):
        return seen  # the number of months
    return "text" if profile.codes and seen == "whole" else seen


def _lone_number(seen: str, beside: FieldDraft | None) -> str:
    """A number without a column that says of which kind it is."""
    return "resident_id" if (beside and beside.constant == "RESIDENT_ID") or seen == "resident_id" else "text"


def _inputs(step: dict[str, object]) -> list[object]:
    inputs = step.get("from")
    return inputs if isinstance(inputs, list) else []


def _date(draft: Draft, column: ColumnDraft, profile: Profile, language: str) -> None:
    form = profile.form
    if form is None:
        column.options["format"] = TODO if profile.filled else "%Y-%m-%d"
        return
    column.options["format"] = form.format
    if form.century is not None:
        column.options["century"] = form.century
        column.remarks.append(say(language, "century", century=form.century))
    if form.rival:
        column.remarks.append(say(language, "rival", form=form.rival))
    column.remarks += [say(language, "other_forms", rows=rows, form=other) for other, rows in form.others]
    for day in DEFAULT_BIRTHDAYS:
        rows = profile.counts.get(day, 0)
        if rows > DEFAULT_SHARE * profile.filled and rows > 2:
            column.remarks.append(say(language, "default_days", rows=rows, day=day))


def _money(
    draft: Draft, column: ColumnDraft, profile: Profile, currency: str, currency_told: bool, language: str
) -> None:
    beside = next((name for name, other in draft.profiles.items() if other.type == "currency"), "")
    if beside:
        column.options["currency_column"] = beside
        draft.use(beside, "text")
        return
    column.options["currency"] = currency
    if currency == TODO:
        column.remarks.append(say(language, "currency"))
    elif not currency_told:
        column.remarks.append(say(language, "currency_guess"))
    if profile.grouping:
        column.options["grouping"] = profile.grouping


def _id_number(draft: Draft, column: ColumnDraft, profile: Profile, language: str) -> None:
    beside = draft.map.get("id_type")
    if beside and beside.column and beside.codes:
        column.options["type_column"] = beside.column
        column.options["types"] = dict(beside.codes)
    else:
        column.type = "text"


_DECLARE = {"date": _date, "id_number": _id_number}


def _counted(profile: Profile) -> str:
    return ", ".join(f"{code} × {rows}" for code, rows in list(profile.codes.items())[:FEW_CODES])


def remark_seen(profile: Profile, language: str) -> list[str]:
    """What an ignored column seemed to hold, so that a person can take it up."""
    seen = profile.type if not profile.codes else say(language, "codes", codes=_counted(profile))
    remarks = [seen if not profile.form else f"date {profile.form.format}"]
    if profile.filled < profile.rows:
        remarks.append(say(language, "empty_rows", rows=profile.rows - profile.filled, all=profile.rows))
    return remarks
