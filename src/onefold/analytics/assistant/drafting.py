"""One file's sample to the draft of its feed: target, columns with their types, map, codes, derived columns."""

from __future__ import annotations

import re
from datetime import date

from onefold.analytics.assistant import documents
from onefold.analytics.assistant.codes import TODO, by_letters, companies_meant, meanings, products_meant
from onefold.analytics.assistant.columns import declared, remark_seen
from onefold.analytics.assistant.drafts import Draft, FieldDraft
from onefold.analytics.assistant.periods import complete_periods
from onefold.analytics.assistant.profiles import Profile, profile_of
from onefold.analytics.assistant.samples import Sample
from onefold.analytics.assistant.targets import MAY_BE_CONSTANT, WORTH_MIN, Guess, Known, guesses
from onefold.analytics.assistant.tick_boxes import with_boxes
from onefold.analytics.assistant.trailers import trailer_of
from onefold.analytics.assistant.words import say
from onefold.policy.feed_targets import TARGETS, TEXT, WHOLE, Field

QUARANTINED_SHARE = 0.05
"""Proposed tolerance; more if the sample already shows more."""


def draft_of(
    sample: Sample, company: str, known: Known, on: date, *, currency: str = "", language: str = "en"
) -> Draft:
    """Propose a feed for one file. `on`: the day of the look. `company` may be TODO. What concerns other files comes later."""
    profiles = {name: profile_of(name, sample.rows[name], on) for name in sample.rows.columns}
    name = _feed_name(sample.stem, company)
    draft = Draft(sample, profiles, name, company, "lookup", _pattern(sample))
    draft.remarks += _remarks_on_file(sample, language)
    boxes = with_boxes(draft, known, language)
    ranked = guesses(
        sample.stem, {**{n: p for n, p in profiles.items() if n not in boxes}, **_box_profile(boxes)}, known
    )
    _choose_target(draft, ranked, language)
    if draft.target != "consents":
        draft.unpivot.clear()
        draft.map.pop("to_company", None)
    for field in TARGETS[draft.target].fields:
        _fill(draft, field, ranked[0], known, language)
    if draft.target == "source_records":
        documents.complete(draft, on, language)
    complete_periods(draft, language)
    _declare_columns(draft, currency, on, language)
    _remark_keys(draft, language)
    trailer_of(draft, language)
    return draft


def _box_profile(boxes: list[str]) -> dict[str, Profile]:
    """The column that the boxes become."""
    counts = dict.fromkeys(boxes, 1)
    return {"box": Profile("box", "text", 2, 2, 2, 2, (), codes=counts, counts=counts)} if boxes else {}


def _feed_name(stem: str, company: str) -> str:
    text = re.sub(r"[^a-z0-9]+", "_", _undated(stem).lower()).strip("_")
    text = text if re.match("[a-z]", text) else f"file_{text}".rstrip("_")
    head = re.sub(r"[^a-z0-9]+", "_", company.lower())
    return text if company == TODO or text.startswith(head) else f"{head}_{text}"


def _undated(stem: str) -> str:
    return re.sub(r"[_\-. ]?(?:19|20)[0-9]{2}[_\-.]?[0-9]{2}.*$", "", stem) or stem


def _pattern(sample: Sample) -> str:
    """The file's name with what changes from day to day left open."""
    name = sample.path.name.removesuffix(".gz").removesuffix(".zip")
    stem = sample.stem
    return f"{_undated(stem)}*{name[len(stem) :]}" if name.startswith(stem) else name


def _remarks_on_file(sample: Sample, language: str) -> list[str]:
    part = "" if sample.whole else say(language, "part")
    remarks = [
        say(language, "drafted", file=sample.path.name, rows=sample.rows.height, part=part, columns=sample.rows.width)
    ]
    if not sample.encoding_sure:
        remarks.append(say(language, "encoding_unsure", encoding=sample.dialect.encoding))
    if sample.ragged:
        remarks.append(say(language, "ragged", rows=sample.ragged))
    if not sample.dialect.header:
        remarks.append(say(language, "no_header"))
    if re.search("[0-9]{8}", sample.stem):
        remarks.append(say(language, "sequence"))
    return remarks


def _choose_target(draft: Draft, ranked: list[Guess], language: str) -> None:
    best = ranked[0]
    if best.lacking or best.worth < WORTH_MIN:
        closest = max(ranked, key=lambda guess: guess.worth)
        unlike = {"other": closest.target, "fields": ", ".join(closest.lacking)}
        text = say(language, "target_unlike", **unlike) if closest.lacking else say(language, "target_none")
        draft.remarks.append(text)
        return
    draft.target = best.target
    why = ", ".join(f"{match.column} → {name}" for name, match in best.matches.items())
    draft.remarks.append(say(language, "target", target=best.target, why=why))
    near = [guess.target for guess in ranked[1:] if not guess.lacking and guess.worth > 0.85 * best.worth]
    if near:
        draft.remarks.append(say(language, "target_close", other=", ".join(near)))


def _fill(draft: Draft, field: Field, guess: Guess, known: Known, language: str) -> None:
    """Fill one field of the target by its column, through codes where they are needed, or by a constant."""
    match = guess.matches.get(field.name)
    if field.name in draft.map:
        return
    if match is None or match.column not in draft.profiles:
        _fill_constant(draft, field, known, language)
        return
    source = FieldDraft(field.name, match.column, surety=match.score)
    draft.map[field.name] = source
    profile = draft.profiles[match.column]
    if match.header < 0.3:
        source.remarks.append(say(language, "by_content"))
    elif match.header < 0.6:
        source.remarks.append(say(language, "unsure"))
    if field.kind in (TEXT, WHOLE):
        _code(source, field, draft, profile, known, language)


def _fill_constant(draft: Draft, field: Field, known: Known, language: str) -> None:
    if not field.needed and field.name != "company":
        return
    if field.name == "company" or field.name not in MAY_BE_CONSTANT.get(draft.target, set()):
        return
    value, remark = TODO, say(language, "constant_todo")
    if field.name == "kind":
        value, remark = "PERSON", say(language, "kind_person")
    elif field.name == "status":
        value, remark = "IN_FORCE", say(language, "constant_status")
    elif field.name == "product":
        remark = say(language, "product_one", products=_products(draft, known))
    elif field.name == "source_key":
        draft.map[field.name] = FieldDraft(field.name, column=TODO, remarks=[say(language, "needs")])
        return
    draft.map[field.name] = FieldDraft(field.name, constant=value, remarks=[remark])


def _products(draft: Draft, known: Known) -> str:
    own = [product for product, company in known.products.items() if company == draft.company]
    return ", ".join(own[:12]) or "-"


def _code(source: FieldDraft, field: Field, draft: Draft, profile: Profile, known: Known, language: str) -> None:
    """Codes for a field of a closed list: those whose meaning is plain, TODO for the others."""
    values = list(profile.counts)
    if field.refers_to == "companies":
        codes = companies_meant(values, known.companies)
    elif field.refers_to == "products":
        own = {
            name: known.product_names.get(name, ()) for name, owner in known.products.items() if owner == draft.company
        }
        codes = products_meant(values, own)
        if set(codes.values()) - {TODO} - set(codes):
            source.remarks.append(say(language, "product_named"))
        if TODO in codes.values():
            source.remarks.append(say(language, "product_todo", products=_products(draft, known)))
    elif field.refers_to == "channels":
        codes = {value: value if re.fullmatch(r"[A-Z0-9]+\.[A-Z0-9_.]+", value) else TODO for value in values}
        if TODO in codes.values():
            source.remarks.append(say(language, "channel_todo"))
    elif field.one_of or field.name == "grade":
        word = "tie" if draft.target == "relations" else field.name
        codes = meanings(word, field, values)
        if TODO in codes.values():
            source.remarks.append(say(language, "code_todo", codes=_counted(profile)))
        elif field.name == "status" and by_letters(codes):
            source.remarks.append(say(language, "letters", codes=_counted(profile)))
    else:
        return
    if field.kind != WHOLE and all(code == value for code, value in codes.items()):
        return
    source.codes = codes if len(codes) <= 60 else dict(list(codes.items())[:60])


def _counted(profile: Profile) -> str:
    return ", ".join(f"{code} × {rows}" for code, rows in profile.codes.items())


def _declare_columns(draft: Draft, currency: str, on: date, language: str) -> None:
    """Declare what is used; leave the rest under `ignore`, with what was seen in it."""
    used = {draft.column_of(name) for name in draft.map} | _used_elsewhere(draft)
    chinese = any(re.search("[\u4e00-\u9fff]", name) for name in draft.profiles)
    for name, profile in draft.profiles.items():
        if name in used or not draft.sample.dialect.header:
            declared(draft, profile, currency or ("CNY" if chinese else TODO), bool(currency), language)
        else:
            draft.ignored[name] = remark_seen(profile, language)
    if not draft.columns:
        for name, profile in draft.profiles.items():
            if profile.unique and profile.type in ("text", "whole"):
                draft.use(name, "text")
    if not draft.columns:
        draft.use(next(iter(draft.profiles)), "text")


def _used_elsewhere(draft: Draft) -> set[str]:
    names: set[str] = set()
    for step in draft.derive.values():
        inputs = step.get("from")
        names |= {str(name) for name in inputs} if isinstance(inputs, list) else set()
    boxes = draft.unpivot.get("columns")
    names |= {str(name) for name in boxes} if isinstance(boxes, list) else set()
    number = draft.map.get("id_number")
    beside = draft.map.get("id_type")
    return names | ({beside.column} if number and beside and beside.column else set())


def _remark_keys(draft: Draft, language: str) -> None:
    keys = [
        name for name, profile in draft.profiles.items() if profile.unique and profile.rows > 1 and not profile.form
    ]
    keys = [name for name in keys if draft.profiles[name].type in ("text", "whole")]
    if keys:
        draft.remarks.append(say(language, "unique_key", columns=", ".join(keys[:5])))
    target = TARGETS[draft.target]
    if len(target.key) != 1:
        return
    profile = draft.profiles.get(draft.column_of(target.key[0]))
    if profile and profile.filled > profile.distinct:
        draft.remarks.append(say(language, "key_repeats", column=profile.name, rows=profile.filled - profile.distinct))


def seen_bad(draft: Draft) -> int:
    """Rows of the sample that would probably be set aside for a value that cannot be read."""
    typed = (
        (draft.profiles[name], column.type) for name, column in draft.columns.items() if name not in draft.drops_bad
    )
    return max((profile.misfits for profile, type_ in typed if profile.type == type_), default=0)


def tolerated(draft: Draft) -> float:
    share = seen_bad(draft) / max(draft.sample.rows.height, 1)
    return QUARANTINED_SHARE if share < QUARANTINED_SHARE / 2 else min(1.0, round(share * 2 + 0.05, 2))
