"""`draft`: files in, a folder of feeds out; and a catalogue to fill in, if nobody knows the company yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from onefold.analytics.assistant.codes import TODO
from onefold.analytics.assistant.decisions import open_decisions
from onefold.analytics.assistant.drafting import draft_of
from onefold.analytics.assistant.drafts import Draft
from onefold.analytics.assistant.new_company import name_products, write_catalogue
from onefold.analytics.assistant.references import join_drafts, unneeded
from onefold.analytics.assistant.samples import sample_of
from onefold.analytics.assistant.targets import Known
from onefold.analytics.assistant.words import say
from onefold.analytics.assistant.writing import yaml_of
from onefold.policy import Catalogue


def known_of(catalogue: Catalogue) -> Known:
    """What the assistant needs of the catalogue."""
    companies = {row.company: (row.name_en, row.name_zh) for row in catalogue.companies}
    series = {row.series: row.company for row in catalogue.series}
    names = {row.product: (row.name_en, row.name_zh) for row in catalogue.products}
    return Known(companies, series, {row.product: series[row.series] for row in catalogue.products}, names)


def drafts_of(
    files: Sequence[Path], company: str, known: Known, on: date, *, currency: str = "", language: str = "en",
    told: Callable[[str], None] = lambda line: None,
) -> list[Draft]:  # fmt: skip
    """One draft a file that can be read, completed by what the files say of each other. `told` hears of the others."""
    drafts: list[Draft] = []
    for path in files:
        try:
            drafts.append(draft_of(sample_of(path), company, known, on, currency=currency, language=language))
        except (OSError, ValueError) as error:
            told(say(language, "unreadable", file=path.name, why=str(error).split(":")[0]))
    _name_apart(drafts)
    join_drafts(drafts, language)
    for draft in unneeded(drafts):
        draft.remarks.append(say(language, "nobody_looks"))
    if company not in known.companies and company != TODO:
        for draft in drafts:
            name_products(draft, language)
    return drafts


def _name_apart(drafts: Sequence[Draft]) -> None:
    """No two feeds of one name, and no file that two of these feeds would take."""
    seen: dict[str, int] = {}
    for draft in drafts:
        seen[draft.name] = seen.get(draft.name, 0) + 1
        if seen[draft.name] > 1:
            draft.name = f"{draft.name}_{seen[draft.name]}"
    for draft in drafts:
        others = [other for other in drafts if other is not draft]
        if any(_takes(draft.file, other.sample.path.name) for other in others):
            draft.file = draft.sample.path.name.removesuffix(".gz").removesuffix(".zip")


def _takes(pattern: str, name: str) -> bool:
    return fnmatchcase(name.removesuffix(".gz").removesuffix(".zip"), pattern)


def write_drafts(drafts: Sequence[Draft], folder: Path, known: Known, language: str, *, again: bool) -> list[str]:
    """Write `feeds/NAME.yaml` below the folder; return what to say. Nothing that stands there is overwritten without `again`."""
    lines: list[str] = []
    feeds = folder / "feeds"
    feeds.mkdir(parents=True, exist_ok=True)
    for draft in drafts:
        path = feeds / f"{draft.name}.yaml"
        if path.exists() and not again:
            lines.append(say(language, "exists", path=path))
            continue
        path.write_text(yaml_of(draft, language), encoding="utf-8")
        count = len(open_decisions(path))
        lines.append(say(language, "wrote", path=path, target=draft.target, open=count))
    company = drafts[0].company if drafts else TODO
    if company not in (TODO, "GROUP") and company not in known.companies:
        lines.append(say(language, "no_catalogue", company=company, path=write_catalogue(drafts, folder, company)))
    return lines
