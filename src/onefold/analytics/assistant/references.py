"""What the given files say of each other: whose keys stand where, where the holder of a contract is found, numbers used twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from onefold.analytics.assistant.drafts import Draft, FieldDraft
from onefold.analytics.assistant.headers import plain
from onefold.analytics.assistant.profiles import Profile
from onefold.analytics.assistant.words import say

FOUND_MIN = 0.9
"""Share of a column's values that must stand in the other file."""
DISTINCT_MIN = 3


@dataclass(frozen=True)
class Reference:
    """`column` of `here` speaks of rows of `there`, whose key is `key`. `share` of its values are found there."""

    here: Draft
    column: str
    there: Draft
    key: str
    share: float


def join_drafts(drafts: Sequence[Draft], language: str) -> None:
    """Complete drafts of one company by what stands in the others: lookups for holders, numbers kept apart."""
    found = list(references(drafts))
    for each in found:
        remark = say(language, "refers", share=f"{each.share:.0%}", file=each.there.name, column=each.key)
        where = (
            each.here.columns[each.column].remarks
            if each.column in each.here.columns
            else each.here.ignored[each.column]
        )
        where.append(remark)
    customers = next((draft for draft in drafts if draft.target == "source_records"), None)
    if customers:
        for draft in drafts:
            if "source_key" in draft.map and draft is not customers:
                _find_holder(draft, customers, drafts, found, language)
        for draft in drafts:
            _name_regions(draft, found, language)
    _keep_apart([draft for draft in drafts if draft.target == "contracts"], language)


def references(drafts: Sequence[Draft]) -> Iterator[Reference]:
    """Every column whose values stand in the key of another file. Small numbers stand in any column of numbers by chance, so there
    the headers must agree as well."""
    keys = [(there, profile) for there in drafts for profile in there.profiles.values() if _is_key(profile)]
    for here in drafts:
        for profile in here.profiles.values():
            if (
                profile.distinct < DISTINCT_MIN
                or profile.type not in ("text", "whole")
                or (profile.codes and profile.distinct < 20)
            ):
                continue
            best = max(
                (_reference(here, profile, there, key) for there, key in keys if there is not here),
                key=lambda each: (each.share >= FOUND_MIN, plain(each.key) == plain(each.column), each.share),
                default=None,
            )
            if best and best.share >= FOUND_MIN:
                yield best


def _is_key(profile: Profile) -> bool:
    return profile.unique and profile.rows >= DISTINCT_MIN and profile.type in ("text", "whole")


def _reference(here: Draft, profile: Profile, there: Draft, key: Profile) -> Reference:
    if not _may_refer(profile, there, key):
        return Reference(here, profile.name, there, key.name, 0.0)
    held = set(key.counts)
    rows = sum(rows for text, rows in profile.counts.items() if text in held)
    return Reference(here, profile.name, there, key.name, rows / max(profile.filled, 1))


def _may_refer(profile: Profile, there: Draft, key: Profile) -> bool:
    ours, theirs = plain(profile.name), plain(key.name)
    if ours == theirs:
        return True
    if ours.removesuffix("_id").removesuffix("_no") == plain(there.sample.stem).rstrip("s"):
        return True
    telling = [text for text in list(key.counts)[:200] if not text.isdigit() or len(text) >= 7]
    return len(telling) >= 0.9 * min(len(key.counts), 200)


# The holder of a contract


def _find_holder(
    draft: Draft, customers: Draft, drafts: Sequence[Draft], found: Sequence[Reference], language: str
) -> None:
    """Keep a column that holds the customers' keys; else look for a file between."""
    key, source = customers.column_of("source_key"), draft.map["source_key"]
    if any(each.here is draft and each.column == source.column and each.there is customers for each in found):
        return
    if source.column in draft.profiles and plain(source.column) == plain(key):
        return
    for between in drafts:
        holder = next(
            (each.column for each in found if each.here is between and each.there is customers and each.key == key), ""
        )
        if between in (draft, customers) or not holder:
            continue
        for column in draft.profiles:
            theirs = next((name for name in between.profiles if plain(name) == plain(column)), "")
            if theirs and theirs != holder and _looked_up(draft, column, between, theirs, holder, language):
                return


def _looked_up(draft: Draft, ours: str, between: Draft, theirs: str, holder: str, language: str) -> bool:
    """Propose the lookup if it gives nearly every row exactly one holder, perhaps among rows of one code only."""
    rows, wanted = between.sample.rows, draft.sample.rows[ours].str.strip_chars()
    alone = _found_once(rows, theirs, holder, wanted)
    where: dict[str, object] = {}
    remark = ""
    if alone < FOUND_MIN * len(wanted):
        choice = _best_where(between, theirs, holder, wanted)
        if choice is None:
            return False
        column, text, alone = choice
        where = {column: text}
        between.use(column, "text")
        remark = say(language, "lookup_where", column=column, text=text)
    taken = holder if holder not in draft.profiles else f"{holder}_holder"
    step: dict[str, object] = {"feed": between.name, "on": {ours: theirs}}
    draft.lookups.append(step | ({"where": where} if where else {}) | {"take": {taken: holder}})
    said = say(language, "lookup", file=between.name, found=alone, all=len(wanted))
    draft.remarks_at[between.name] = [said, remark] if remark else [said]
    former = draft.map["source_key"].column
    draft.map["source_key"] = FieldDraft("source_key", taken)
    if former in draft.columns and not any(draft.column_of(name) == former for name in draft.map) and former != ours:
        draft.columns.pop(former)
        draft.ignored[former] = []
    draft.use(ours, "text").options["required"] = True
    for name in (theirs, holder):
        between.use(name, "text")
    return True


def _found_once(rows: pl.DataFrame, theirs: str, holder: str, wanted: pl.Series) -> int:
    answers = rows.select(pl.col(theirs).str.strip_chars().alias("key"), holder).unique().group_by("key").len()
    once = answers.filter(pl.col("len") == 1)["key"]
    return int(wanted.is_in(once.implode()).sum())


def _best_where(between: Draft, theirs: str, holder: str, wanted: pl.Series) -> tuple[str, str, int] | None:
    tries = [
        (
            column,
            text,
            _found_once(between.sample.rows.filter(pl.col(column).str.strip_chars() == text), theirs, holder, wanted),
        )
        for column, profile in between.profiles.items()
        if profile.codes and column not in (theirs, holder)
        for text in profile.codes
    ]
    best = max(tries, key=lambda each: each[2], default=None)
    return best if best and best[2] >= FOUND_MIN * len(wanted) else None


def _name_regions(draft: Draft, found: Sequence[Reference], language: str) -> None:
    """A region that is only the number of a row of another file gets that row's name."""
    source = draft.map.get("region")
    each = next((each for each in found if source and each.here is draft and each.column == source.column), None)
    if source is None or each is None or each.there.target != "lookup":
        return
    texts = [profile for profile in each.there.profiles.values() if profile.type == "text" and profile.name != each.key]
    texts = sorted((profile for profile in texts if profile.distinct > 2), key=lambda profile: profile.distinct)
    if not texts:
        return
    taken = "region" if "region" not in draft.profiles else "region_name"
    draft.lookups.append(
        {"feed": each.there.name, "on": {each.column: each.key}, "take": {taken: texts[0].name}, "missing": "empty"}
    )
    others = ", ".join(profile.name for profile in texts[1:]) or "-"
    draft.remarks_at[each.there.name] = [say(language, "region_lookup", columns=others)]
    source.column = taken
    for name in (each.key, texts[0].name):
        each.there.use(name, "text")


def unneeded(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Drafts that fill nothing and that no other looks up."""
    looked_up = {step["feed"] for draft in drafts for step in draft.lookups}
    return (draft for draft in drafts if draft.target == "lookup" and draft.name not in looked_up)


# Numbers used twice


def _keep_apart(contracts: Sequence[Draft], language: str) -> None:
    """Put a word before contract numbers that two files of the company share."""
    shared = [
        (one, other, len(_numbers(one) & _numbers(other)))
        for place, one in enumerate(contracts)
        for other in contracts[place + 1 :]
    ]
    for one, other, count in shared:
        if count:
            for draft, beside in ((one, other), (other, one)):
                _prefixed(draft, beside, count, language)


def _numbers(draft: Draft) -> set[str]:
    profile = draft.profiles.get(draft.column_of("contract_no"))
    return set(profile.counts) if profile else set()


def _prefixed(draft: Draft, other: Draft, count: int, language: str) -> None:
    source = draft.map["contract_no"]
    remark = say(language, "collision", rows=count, other=other.name)
    if source.column in draft.derive:
        draft.remarks_at[source.column].append(remark)
        return
    word = plain(draft.sample.stem).split("_")[-1] or "contract"
    name = "contract_no" if "contract_no" not in draft.profiles else "contract_no_with_word"
    parts = [{"text": f"{word} "}, {"column": source.column}]
    draft.derive[name] = {"function": "concatenate", "parts": parts}
    draft.remarks_at[name] = [remark]
    draft.use(source.column, "text").options["required"] = True
    source.column = name
