"""Identity documents: which column says of which kind a number is, and what the numbers prove about sex, birth and kind."""

from __future__ import annotations

from collections import Counter
from datetime import date

import polars as pl

from onefold.analytics.assistant.codes import TODO, by_witness, meanings
from onefold.analytics.assistant.drafts import Draft, FieldDraft
from onefold.analytics.assistant.profiles import Profile
from onefold.analytics.assistant.words import say
from onefold.kernel import identifiers
from onefold.kernel.unfit import Unfit
from onefold.policy.feed_targets import TARGETS

AGREES_MIN = 0.9
ROWS_WITNESSED = 20_000


def complete(draft: Draft, on: date, language: str) -> None:
    """Fill id_type, kind, sex and born_on of source records from the numbers, where the file leaves them open."""
    if draft.profiles.get(draft.column_of("born_on"), _NONE).embedded == "birth_number":
        _birth_number(draft, language)
    number = draft.column_of("id_number")
    if not number:
        draft.map.pop("id_type", None)
        _sex_unproven(draft, language)
        return
    kinds = [_kind_of(text, on) for text in draft.sample.rows[number].head(ROWS_WITNESSED).to_list()]
    _type_of_numbers(draft, kinds, language)
    _kind(draft, kinds, language)
    sexes = [kind[2] for kind in kinds]
    _sex(draft, sexes, language)
    _born(draft, number, kinds, language)


_NONE = Profile("", "text", 0, 0, 0, 0, ())


def _kind_of(text: str, on: date) -> tuple[str, date | None, str]:
    """(id type, birth, sex) that the number itself proves."""
    text = text.strip()
    if len(text) < 15:
        return ("PASSPORT" if text else "", None, "")
    try:
        person = identifiers.resident_id(text, on)
        digit = int(person.number[16])
        day = date(int(person.number[6:10]), int(person.number[10:12]), int(person.number[12:14]))
        return "RESIDENT_ID", day, "M" if digit % 2 else "F"
    except Unfit:
        pass
    try:
        identifiers.credit_code(text)
    except Unfit:
        return "", None, ""
    return "CREDIT_CODE", None, ""


def _beside(draft: Draft, column: str, witnesses: list[str]) -> dict[str, tuple[str, int, int]]:
    codes = draft.sample.rows[column].head(len(witnesses)).str.strip_chars().to_list()
    pairs = Counter((code, witness) for code, witness in zip(codes, witnesses, strict=True) if code and witness)
    return by_witness(pairs)


def _type_of_numbers(draft: Draft, kinds: list[tuple[str, date | None, str]], language: str) -> None:
    seen = Counter(kind for kind, _, _ in kinds if kind)
    witnesses = [kind for kind, _, _ in kinds]
    named = draft.map.pop("id_type", None)
    candidates = [named.column] if named and named.column else []
    candidates += [name for name, p in draft.profiles.items() if p.codes and p.distinct <= 8 and name not in candidates]
    for name in candidates:
        found = _beside(draft, name, witnesses)
        pure = found and all(rows >= AGREES_MIN * all_ for _, rows, all_ in found.values())
        worded = meanings("id_type", TARGETS["source_records"].field("id_type"), draft.profiles[name].counts)
        if not (named and name == named.column) and (not pure or len({kind for kind, _, _ in found.values()}) < 2):
            continue
        codes = {code: worded[code] if worded[code] != TODO else found.get(code, (TODO, 0, 0))[0] for code in worded}
        if TODO in codes.values() and not (named and name == named.column):
            continue
        counts = ", ".join(f"{code}: {kind} {rows}/{all_}" for code, (kind, rows, all_) in found.items())
        draft.map["id_type"] = FieldDraft("id_type", name, codes, remarks=[say(language, "witness", counts=counts)])
        return
    constant = seen.most_common(1)[0][0] if seen else TODO
    draft.map["id_type"] = FieldDraft("id_type", constant=constant)


def _kind(draft: Draft, kinds: list[tuple[str, date | None, str]], language: str) -> None:
    """PERSON and ORGANISATION: by the words, else by the numbers that stand beside the codes."""
    source = draft.map.get("kind")
    people = ["ORGANISATION" if kind == "CREDIT_CODE" else "PERSON" if kind else "" for kind, _, _ in kinds]
    if source is None or (source.column and source.codes is None):
        return
    if source.column and source.codes and TODO in source.codes.values():
        found = _beside(draft, source.column, people)
        source.codes = {
            code: value if value != TODO else found.get(code, (TODO, 0, 0))[0] for code, value in source.codes.items()
        }
        counts = ", ".join(f"{code}: {kind} {rows}/{all_}" for code, (kind, rows, all_) in found.items())
        source.remarks = [say(language, "witness", counts=counts)]
    beside = draft.map.get("id_type")
    if source.constant and "ORGANISATION" in people and beside and beside.column and beside.codes:
        found = _beside(draft, beside.column, people)
        codes = {code: found.get(code, ("PERSON", 0, 0))[0] for code in beside.codes}
        draft.map["kind"] = FieldDraft("kind", beside.column, codes, remarks=[say(language, "by_content")])


def _sex(draft: Draft, sexes: list[str], language: str) -> None:
    source = draft.map.get("sex")
    if source is None:
        if sum(bool(sex) for sex in sexes) >= 0.5 * len(sexes) and draft.columns_typed("id_number"):
            _derive(draft, "sex", "sex_of_id_number", language)
        return
    found = _beside(draft, source.column, sexes)
    if not found:
        _sex_unproven(draft, language)
        return
    worded = source.codes or {code: code for code in draft.profiles[source.column].counts}
    codes = {code: value if value != TODO else found.get(code, (TODO, 0, 0))[0] for code, value in worded.items()}
    same = sum(rows for code, (sex, rows, _) in found.items() if codes.get(code) == sex)
    all_ = sum(rows for _, _, rows in found.values())
    source.codes = codes if source.codes else None
    source.remarks = [say(language, "agrees" if same >= AGREES_MIN * all_ else "disagrees", same=same, all=all_)]


def _sex_unproven(draft: Draft, language: str) -> None:
    source = draft.map.get("sex")
    if source and source.codes and set(source.codes) <= {"0", "1", "2", "9"} and TODO in source.codes.values():
        source.codes = {code: {"1": "M", "2": "F"}.get(code, TODO) for code in source.codes}
        source.remarks = [say(language, "standard_sex")]


def _born(draft: Draft, number: str, kinds: list[tuple[str, date | None, str]], language: str) -> None:
    days = [day for _, day, _ in kinds]
    source = draft.map.get("born_on")
    if source is None:
        if sum(day is not None for day in days) >= 0.5 * len(days) and draft.columns_typed("id_number"):
            _derive(draft, "born_on", "birth_date_of_id_number", language)
        return
    profile = draft.profiles[source.column]
    if profile.form is None:
        return
    said = pl.DataFrame({"text": draft.sample.rows[source.column].head(len(days))})
    form = profile.form.format
    read = said.select(pl.col("text").str.strip_chars().str.to_date(form.split(" ")[0], strict=False))["text"].to_list()
    both = [(one, other) for one, other in zip(days, read, strict=True) if one and other]
    if both:
        same = sum(1 for one, other in both if one == other)
        source.remarks.append(say(language, "agrees", same=same, all=len(both)))
        if profile.form.others and same >= AGREES_MIN * len(both) and draft.columns_typed("id_number"):
            _born_by_both(draft, source, language)


def _born_by_both(draft: Draft, source: FieldDraft, language: str) -> None:
    """Days in several forms: what cannot be read is taken from the resident number, which was seen to agree."""
    said = source.column
    _derive(draft, "born_on", "birth_date_of_id_number", language)
    step = draft.derive.pop(draft.map["born_on"].column)
    draft.derive["born_by_number"] = step
    draft.derive["born_by_either"] = {"function": "first_filled", "from": [said, "born_by_number"]}
    draft.remarks_at["born_by_either"] = [say(language, "by_either")]
    draft.drops_bad.add(said)
    source.column = "born_by_either"
    draft.map["born_on"] = source


def _derive(draft: Draft, field: str, function: str, language: str) -> None:
    step: dict[str, object] = {"function": function, "from": [draft.column_of("id_number")]}
    beside = draft.map.get("id_type")
    if beside and beside.codes:
        step["when"] = {beside.column: [code for code, kind in beside.codes.items() if kind == "RESIDENT_ID"]}
    name = field if field not in draft.profiles else f"{field}_derived"
    draft.derive[name] = step
    draft.map[field] = FieldDraft(field, name, remarks=[say(language, "from_id")])


def _birth_number(draft: Draft, language: str) -> None:
    column = draft.map["born_on"].column
    counts = draft.profiles[column].counts
    women = sum(rows for text, rows in counts.items() if text[2:4] > "50")
    remark = say(language, "birth_number", women=women, all=sum(counts.values()))
    options: dict[str, object] = {} if all(text[:2] > "26" for text in counts) else {"century": 1900}
    draft.derive["born_on"] = {"function": "birth_number_date", "from": [column], **options}
    draft.remarks_at["born_on"] = [remark]
    draft.map["born_on"] = FieldDraft("born_on", "born_on")
    if "sex" not in draft.map:
        draft.derive["sex"] = {"function": "birth_number_sex", "from": [column]}
        draft.map["sex"] = FieldDraft("sex", "sex")
