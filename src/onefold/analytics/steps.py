"""The one page: every step of a run in order, with what it reads and what it writes.

A step can open nothing it does not declare, and leaves exactly what it declares. Up to linkage the vault is open too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from onefold.analytics import allocation, checks, features, holdout, indicators, landing, lift, linkage, mining, quality
from onefold.analytics.decide import decide
from onefold.analytics.decide.policy import policy
from onefold.analytics.engines import duckdb, likeness
from onefold.analytics.engines.lake import Lake
from onefold.analytics.job import Job
from onefold.analytics.manifest import code_version, day_and_knowledge
from onefold.analytics.pictures import pictures
from onefold.analytics.pieces import read_pieces, write_pieces
from onefold.analytics.publication import Limits
from onefold.policy import Rulebook
from onefold.seam import checksums, store, vault
from onefold.seam import datasets as d
from onefold.seam.contracts import Dataset


@dataclass(frozen=True)
class Work:
    """What every step is handed: where things lie, what is asked for, and what it may open."""

    job: Job
    known_at: datetime
    rulebook: Rulebook
    lake: Path
    """folder of this run's datasets"""
    vault: Path
    """folder of this run's sealed datasets"""
    previous: Path | None
    """the lake of the run before, whose memberships stand where nothing speaks against them"""
    pseudonym_key: bytes
    vault_key: bytes
    advance: Callable[[int, int], None]
    reads: frozenset[str] = frozenset()

    @property
    def salts(self) -> Path:
        """The folder of the vault's salts. It outlives the run: who was forgotten stays forgotten."""
        return self.job.var / "vault"

    def opened(self) -> Lake:
        lake = duckdb.open_lake(self.lake)
        lake.declared = self.reads
        return lake

    @property
    def limits(self) -> Limits:
        """How few may be counted where others than those who may see them read it."""
        on = self.job.as_of
        return Limits(*(self.rulebook.value(f"publication.{name}", on=on) for name in ("cell_min", "scope_rounding")))

    def read(self, dataset: Dataset) -> pa.Table:
        self._refuse_undeclared(dataset)
        return store.read(self.lake, dataset)

    def earlier(self, dataset: Dataset) -> pa.Table:
        """The dataset as the run before left it; empty if there was none."""
        return store.read(self.previous, dataset) if self.previous else dataset.schema.empty_table()

    def unseal(self, dataset: Dataset) -> pa.Table:
        """Open a sealed dataset of this run; only steps up to linkage declare one."""
        self._refuse_undeclared(dataset)
        return vault.open_(self.vault, dataset, vault.VaultKeys.for_folder(self.salts, self.vault_key))

    def _refuse_undeclared(self, dataset: Dataset) -> None:
        if dataset.name not in self.reads:
            raise PermissionError(f"{dataset.name} is not among the declared inputs")

    def write(self, dataset: Dataset, table: pa.Table) -> None:
        store.write(self.lake, dataset, table)


@dataclass(frozen=True)
class Step:
    name: str
    reads: tuple[Dataset, ...]
    writes: tuple[Dataset, ...]
    carry_out: Callable[[Work], None]


def write_catalogue(work: Work) -> None:
    catalogue = work.rulebook.catalogue(work.job.as_of)
    for dataset, rows in (
        (d.COMPANIES, catalogue.companies),
        (d.PRODUCT_SERIES, catalogue.series),
        (d.PRODUCTS, catalogue.products),
    ):
        work.write(dataset, pa.Table.from_pylist([asdict(row) for row in rows], schema=dataset.schema))


def take_exports(work: Work) -> None:
    """The rooms' own facts come along, so that a release stands alone."""
    folder = checksums.required(work.job.exports)
    for dataset in d.EXPORTED:
        work.write(dataset, store.read(folder, dataset))


def land(work: Work) -> None:
    batches = [
        landing.Batch(
            batch.batch_id, batch.feed, batch.path, batch.received_at, batch.sha256, file_name=batch.file_name
        )
        for batch in work.job.batches
    ]
    landing.land(
        batches,
        work.rulebook.feeds,
        work.rulebook.catalogue(work.job.as_of),
        work.pseudonym_key,
        work.known_at,
        work.lake,
        work.vault,
        work.vault_key,
        salts_in=work.salts,
        kept=work.salts / vault.KEPT_FOLDER,
        code=code_version(),
    )


def link(work: Work) -> None:
    evidence = (work.read(d.SOURCE_RECORDS), work.unseal(d.SOURCE_IDENTITIES), work.read(d.RELATIONS))
    terms = linkage.terms_of(work.rulebook, work.job.as_of)
    told = linkage.Likeness(terms, likeness.on_duckdb, work.earlier(d.LINKAGE_MODELS))
    found = linkage.link_records(
        *evidence, work.earlier(d.MEMBERSHIPS), work.job.as_of, work.known_at, told, work.read(d.LINK_RULINGS)
    )
    work.write(d.MEMBERSHIPS, found.memberships)
    work.write(d.CUSTOMERS, found.customers)
    work.write(d.LINK_CANDIDATES, found.candidates)
    work.write(d.LINKAGE_MODELS, found.model)


def draw_holdout(work: Work) -> None:
    share = work.rulebook.value("contact.holdout_share_ppm", on=work.job.as_of)
    table = holdout.arms(
        *(work.read(dataset) for dataset in DRAWN), share_ppm=share, key=work.pseudonym_key, on=work.job.as_of
    )
    work.write(d.HOUSEHOLD_ARMS, table)


def make_holdings(work: Work) -> None:
    with work.opened() as lake:
        work.write(d.HOLDINGS, lake.arrow(features.holdings(lake)))


def make_spells(work: Work) -> None:
    with work.opened() as lake:
        work.write(d.SPELLS, lake.arrow(features.spells(lake)))


def make_active_spells(work: Work) -> None:
    with work.opened() as lake:
        work.write(d.ACTIVE_SPELLS, lake.arrow(features.active_spells(lake)))


def measure(work: Work) -> None:
    months = work.rulebook.value("indicators.history_months", on=work.job.as_of)
    days = indicators.with_history(work.job.as_of, months)
    with work.opened() as lake:
        cut = indicators.cut(lake, days, work.known_at, keep=True)
        values = indicators.compute_on(lake, cut)
        moved = indicators.over_time(lake, cut, values.to_pylist())
        if work.previous:
            before = indicators.Earlier(work.previous, *day_and_knowledge(work.previous))
            moved += indicators.since_release(lake, before, work.job.as_of, work.known_at)
        behind = indicators.contracts_behind(lake, cut)
    work.write(d.INDICATOR_VALUES, values)
    work.write(d.MOVEMENTS, pa.Table.from_pylist(moved, schema=d.MOVEMENTS.schema))
    owners = {row["series"]: row["company"] for row in work.read(d.PRODUCT_SERIES).to_pylist()}
    before = work.earlier(d.PUBLISHED_VALUES).to_pylist()
    for dataset, rows in indicators.published(values.to_pylist(), moved, behind, owners, work.limits, before):
        work.write(dataset, pa.Table.from_pylist(rows, schema=dataset.schema))


def make_customer_features(work: Work) -> None:
    with work.opened() as lake:
        panel = features.everybody(lake, work.job.as_of)
        write_pieces(work.lake, d.CUSTOMER_FEATURES, features.in_pieces(lake, panel, work.known_at))


def make_models(work: Work) -> None:
    kept = (
        mining.kept_from(*(store.read(work.previous, name) for name in (d.MODEL_CARDS, d.MODEL_FITS)))
        if work.previous
        else {}
    )
    with work.opened() as lake:
        found = mining.models(
            lake,
            mining.series_of(work.read(d.PRODUCT_SERIES)),
            mining.terms_of(work.rulebook, work.job.as_of),
            work.job.as_of,
            work.known_at,
            now=next(read_pieces(work.lake, d.CUSTOMER_FEATURES), d.CUSTOMER_FEATURES.schema.empty_table()),
            decided=work.read(d.MODEL_STAGES),
            kept=kept,
        )
    cards, fits = found
    work.write(d.MODEL_CARDS, mining.shown(cards, work.limits))
    work.write(d.MODEL_FITS, fits)


def make_scores(work: Work) -> None:
    used = mining.used_fits(work.read(d.MODEL_CARDS), work.read(d.MODEL_FITS))
    scorer = mining.scorer_of(mining.series_of(work.read(d.PRODUCT_SERIES)), used)
    write_pieces(work.lake, d.SCORES, mining.scores(scorer, read_pieces(work.lake, d.CUSTOMER_FEATURES)))


def make_decisions(work: Work) -> None:
    with work.opened() as lake:
        pieces = decide(lake, work.rulebook, work.job.as_of, work.known_at, advance=work.advance)
        write_pieces(work.lake, d.DECISIONS, pieces)


def make_offers(work: Work) -> None:
    on = work.job.as_of
    with work.opened() as lake:
        staff = allocation.staff(policy(lake, work.rulebook, on), work.read(d.SELLERS), work.read(d.CHANNELS))
    made = allocation.allocate(
        read_pieces(work.lake, d.DECISIONS), work.read(d.CUSTOMERS), work.read(d.SELLERS), work.read(d.PRODUCT_SERIES),
        staff, allocation.limits(work.rulebook, on),
    )  # fmt: skip
    for dataset, table in zip((d.OFFERS, d.UNLOCKS), made, strict=True):
        work.write(dataset, table)


def compare_arms(work: Work) -> None:
    on = work.job.as_of
    rules = lift.Rules(*(work.rulebook.value(f"lift.{name}", on=on) for name in lift.Rules.__dataclass_fields__))
    catalogue = work.rulebook.catalogue(on).series
    margins = {one.series: int(work.rulebook.of_series("economics.standard_margin", one, on=on)) for one in catalogue}
    seen = (work.read(dataset) for dataset in LIFTED)
    found = lift.lift(*seen, margins=margins, rules=rules, as_of=on).to_pylist()
    sorts = {
        "LINE": {one.series: one.line for one in catalogue},
        "COMPANY": {one.series: one.company for one in catalogue},
    }
    campaigns = {row["campaign"]: row["series"] for row in work.read(d.CAMPAIGN_MEMBERS).to_pylist()}
    told = lift.shown(found, sorts, campaigns, work.limits)
    work.write(d.LIFT, pa.Table.from_pylist(told, schema=d.LIFT.schema))


def draw_pictures(work: Work) -> None:
    figures = work.read(d.PUBLISHED_VALUES).to_pylist()
    with work.opened() as lake:
        for dataset, table in pictures(lake, work.job.as_of, work.known_at, work.limits, figures, work.earlier):
            work.write(dataset, table)


def count_defects(work: Work) -> None:
    feeds = {name: feed.company for name, feed in work.rulebook.feeds.items()}
    with work.opened() as lake:
        work.write(d.DEFECT_COSTS, quality.defect_costs(lake, feeds))


def check(work: Work) -> None:
    checks.check_lake(work.lake)
    with work.opened() as lake:
        checks.check_rows(lake)
        checks.check_references(lake)
        checks.check_spells(lake)
        checks.check_currencies(lake)
        checks.check_offers(lake, work.rulebook, work.job.as_of, work.known_at)


DAY_OF_CUSTOMERS = (d.CUSTOMERS, d.MEMBERSHIPS, d.SOURCE_RECORDS, d.HOLDINGS, d.SPELLS)
WISHES = (d.CONSENTS, d.CONSENT_WITHDRAWALS, d.CONTACT_BLOCKS, d.BLOCK_WISHES, d.SUPPRESSIONS)
RIGHTS = (d.COMPANIES, d.PRODUCT_SERIES, d.CHANNELS, d.CHANNEL_PRODUCTS, d.AGENCY_AGREEMENTS, d.SELLERS)
KNOWN = (d.HOUSEHOLD_ARMS, d.PAST_CONTACTS, d.OUTCOMES, d.CIRCUMSTANCES, d.ANSWERS, d.SCORES)
PAST = (
    d.CUSTOMERS,
    d.MEMBERSHIPS,
    d.HOLDINGS,
    d.CHANNELS,
    d.RELATIONS,
    d.PAST_CONTACTS,
    d.OUTCOMES,
    d.CAMPAIGN_MEMBERS,
    d.CLAIMS,
    d.PRODUCT_SERIES,
)
DRAWN = (d.CUSTOMERS, d.MEMBERSHIPS, d.CONTRACTS, d.CAMPAIGN_MEMBERS, d.HOLDOUTS)
LIFTED = (d.CONTRACTS, d.MEMBERSHIPS, d.HOUSEHOLD_ARMS, d.CAMPAIGN_MEMBERS, d.PRODUCT_SERIES)
BEHIND_PICTURES = (
    d.PUBLISHED_VALUES,
    d.ACTIVE_SPELLS,
    d.COMPANIES,
    *DAY_OF_CUSTOMERS,
    d.PRODUCT_SERIES,
    d.CHANNELS,
    d.DECISIONS,
    d.OFFERS,
    d.LEADS,
    d.OUTCOMES,
    d.OPINIONS,
    d.SALES,
)
PICTURES = (d.SCOPED_VALUES, d.WHITE_SPACE, d.GAP_REASONS, d.FLOWS, d.COHORTS, d.CONTRIBUTIONS, d.FUNNEL)
EVERYTHING = tuple(dataset for dataset in d.ALL.values() if not dataset.vault)

STEPS: tuple[Step, ...] = (
    Step("catalogue", (), d.CATALOGUE, write_catalogue),
    Step("exports", (), d.EXPORTED, take_exports),
    Step("landing", (), (*d.LANDED, *d.SEALED), land),
    Step(
        "linkage",
        (d.SOURCE_RECORDS, d.RELATIONS, d.SOURCE_IDENTITIES, d.LINK_RULINGS),
        (d.MEMBERSHIPS, d.CUSTOMERS, d.LINK_CANDIDATES, d.LINKAGE_MODELS),
        link,
    ),
    Step(
        "holdout",
        DRAWN,
        (d.HOUSEHOLD_ARMS,),
        draw_holdout,
    ),
    Step("holdings", (d.CONTRACTS, d.MEMBERSHIPS, d.PRODUCT_SERIES, d.CHANNELS), (d.HOLDINGS,), make_holdings),
    Step("spells", (d.HOLDINGS, d.CUSTOMERS), (d.SPELLS,), make_spells),
    Step("active_spells", (d.SPELLS,), (d.ACTIVE_SPELLS,), make_active_spells),
    Step(
        "indicators",
        (d.MEMBERSHIPS, d.HOLDINGS, d.SPELLS, d.ACTIVE_SPELLS, d.COMPANIES, d.PRODUCT_SERIES),
        (d.INDICATOR_VALUES, d.MOVEMENTS, d.PUBLISHED_VALUES, d.PUBLISHED_MOVEMENTS),
        measure,
    ),
    Step("customer_features", PAST, (d.CUSTOMER_FEATURES,), make_customer_features),
    Step("models", (*PAST, d.CUSTOMER_FEATURES, d.MODEL_STAGES), (d.MODEL_CARDS, d.MODEL_FITS), make_models),
    Step("scores", (d.CUSTOMER_FEATURES, d.MODEL_CARDS, d.MODEL_FITS, d.PRODUCT_SERIES), (d.SCORES,), make_scores),
    Step(
        "decisions",
        (*DAY_OF_CUSTOMERS, *WISHES, *RIGHTS, *KNOWN, d.MODEL_CARDS, d.MODEL_FITS),
        (d.DECISIONS,),
        make_decisions,
    ),
    Step("offers", (d.DECISIONS, d.CUSTOMERS, *RIGHTS), (d.OFFERS, d.UNLOCKS), make_offers),
    Step("lift", LIFTED, (d.LIFT,), compare_arms),
    Step("pictures", BEHIND_PICTURES, PICTURES, draw_pictures),
    Step("defects", (d.SOURCE_RECORDS, d.MEMBERSHIPS, d.DECISIONS, d.ARRIVALS), (d.DEFECT_COSTS,), count_defects),
    Step("checks", EVERYTHING, (), check),
)
