"""What the models learn of a simulated group, beside what is true of it: seconds, memory, ranking, calibration, effects.

    ./onefold bench bench_models [CUSTOMERS] [SEED]      (20,000 and seed 1)

The group goes from its files to scores as in a run. The truth is opened only here, after all is learnt: `effects` says for each
customer and series the chance of buying within 90 days, alone and when contacted through one channel.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
from machine import describe

import onefold.simulator
from onefold import policy
from onefold.analytics import run as runs
from onefold.analytics.decide import decide
from onefold.analytics.engines import duckdb
from onefold.analytics.job import BatchFile, Job
from onefold.kernel import keys
from onefold.kernel.ids import new_id, pseudonym
from onefold.policy.feeds import feeds_of_file
from onefold.seam import datasets as d
from onefold.seam import store
from onefold.simulator.sending import Order, send

AS_OF = date(2026, 6, 30)
RULEBOOK = Path(onefold.simulator.__file__).parent / "rulebook"
STEPS = ("customer_features", "models", "scores")


def main(customers: int = 20_000, seed: int = 1) -> int:
    print(describe())
    folder = Path(tempfile.mkdtemp(prefix="onefold-models-"))
    try:
        send(Order(seed, customers), folder / "sent", folder / "truth", processes=1)
        lake = released(folder)
        print(f"{customers:,} customers")
        show_steps(lake)
        show_cards(lake)
        show_truth(lake, folder)
        show_alike(lake, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def released(folder: Path) -> Path:
    var = folder / "var"
    for purpose in (keys.PSEUDONYM, keys.VAULT):
        keys.begin(var / "secrets", purpose)
    for dataset in d.EXPORTED:
        store.write(var / "exports", dataset, dataset.schema.empty_table())
    known_at = datetime.combine(AS_OF, time(10), UTC)
    job = Job("bench", var, AS_OF, known_at, RULEBOOK, var / "exports", tuple(batches(folder)))
    return var / "lake" / "runs" / runs.run(job).release_id


def batches(folder: Path) -> Iterator[BatchFile]:
    """Every file as its day's receipt, but for those that wait behind a feed that was paused."""
    feeds = policy.load(RULEBOOK).feeds.values()
    waiting = set(pl.read_parquet(folder / "truth" / "files.parquet").filter("waits")["file"])
    for path in sorted((folder / "sent").glob("*/*")):
        if f"{path.parent.name}/{path.name}" in waiting:
            continue
        at = datetime.combine(date.fromisoformat(path.parent.name), time(1), UTC)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        for feed in feeds_of_file(feeds, path.name):
            yield BatchFile(new_id().hex, feed, path, at, digest, path.name)


def show_steps(lake: Path) -> None:
    for row in json.loads((lake / "timings.json").read_text()):
        if row["step"] in STEPS:
            print(f"  {row['step']:<20} {row['seconds']:8.1f} s {row['peak_mb']:>8,} MB")


def show_cards(lake: Path) -> None:
    print(f"  {'model':<30} {'outcomes':>8} {'AUC':>6} {'+-':>6} {'ECE':>8} {'drifts':>6}  used")
    for row in pl.read_parquet(lake / "model_cards.parquet").sort("model").iter_rows(named=True):
        card = json.loads(row["card"])
        figures = [card.get(name) for name in ("auc", "auc_error", "calibration_error")]
        shown = " ".join(f"{figure / 1e6:>6.4f}" if figure is not None else f"{'':>6}" for figure in figures)
        used = "yes" if row["used"] else row["fallback_reason"]
        print(f"  {row['model']:<30} {row['outcomes']:>8} {shown:>22} {len(card.get('any_drift', [])):>6}  {used}")


def show_truth(lake: Path, folder: Path) -> None:
    """Beside what is true, among customers open to the series: the rank correlation, and the log loss expected by the truth (ten
    thousandths) of the best that could be said, of the prior (one chance for all) and of what is said.
    """
    joined, prior = beside_truth(lake, folder), prior_of(lake)
    print(f"  {'':<22} {'':>9} {'own chance, ppm':>16} {'':>7} {'loss':>23} {'gain, ppm':>17}")
    print(
        f"  {'series':<22} {'pairs':>9} {'true':>8} {'said':>7} {'ranks':>7} {'best':>7} {'prior':>7} {'said':>7} {'true':>9} {'said':>7} {'ranks':>7}"
    )
    whole = np.zeros(4)
    for (series,), rows in sorted(joined.group_by("series")):
        alone = rows.unique("customer_id", maintain_order=True)
        own, said = alone["own_ppm"].to_numpy() / 1e6, alone["propensity"].to_numpy() / 1e6
        losses = [loss(own, one) for one in (own, np.full(len(own), prior[series] / 1e6), said)]
        whole += [len(own), *(one * len(own) for one in losses)]
        print(
            f"  {series:<22} {len(own):>9,} {own.mean() * 1e6:>8.0f} {said.mean() * 1e6:>7.0f} {ranks(own, said):>7.2f} "
            + " ".join(f"{one * 1e4:>7.1f}" for one in losses) + gains(rows)
        )  # fmt: skip
    best, of_prior, said = whole[1:] / whole[0]
    print(
        f"  over all: best {best * 1e4:.1f}, prior {of_prior * 1e4:.1f}, said {said * 1e4:.1f}: "
        f"of what could be gained over the prior, {(of_prior - said) / (of_prior - best):.0%} is"
    )


def gains(rows: pl.DataFrame) -> str:
    """What a contact adds, where that was learnt."""
    if rows["basis"].max() != 3:
        return ""
    gain, effect = (rows["contacted_ppm"] - rows["own_ppm"]).to_numpy(), rows["effect"].to_numpy()
    return f" {gain.mean():>9.0f} {effect.mean():>7.0f} {ranks(gain, effect):>7.2f}"


def loss(true: np.ndarray, said: np.ndarray) -> float:
    said = np.clip(said, 1e-6, 1 - 1e-6)
    return float(-np.mean(true * np.log(said) + (1 - true) * np.log(1 - said)))


def prior_of(lake: Path) -> dict[str, int]:
    (content,) = pl.read_parquet(lake / "model_fits.parquet").filter(pl.col("model") == "PRIOR")["content"]
    return dict(json.loads(content)["chances"])


def show_alike(lake: Path, folder: Path) -> None:
    """A tenth of the customers, by their ids, refuse profiling. By popularity, as where nothing was learnt, and by the prior: how many of
    the best tenth of all offers are theirs.
    """
    shares = {}
    for word, without in (("by popularity", {"model_cards", "model_fits"}), ("by the prior", set())):
        with tempfile.TemporaryDirectory(dir=folder) as name:
            place = Path(name)
            for path in lake.glob("*.parquet"):
                if path.stem not in without | {"circumstances", "decisions"}:
                    (place / path.name).symlink_to(path)
            store.write(place, d.CIRCUMSTANCES, refusing(lake))
            shares[word] = share_of_refusing(place)
    told = ", ".join(f"{word} {share:.1%}" for word, share in shares.items())
    print(f"  of the best tenth of all offers, to the tenth who refuse profiling: {told}")


def refusing(lake: Path) -> pa.Table:
    companies = pl.read_parquet(lake / "source_records.parquet").select("source_id", "company")
    members = pl.read_parquet(lake / "memberships.parquet").filter(pl.col("customer_id") < "1a")
    members = members.join(companies, on="source_id").sort("source_id")
    told = {
        "kind": "PROFILING",
        "value": "REFUSED",
        "told_on": AS_OF,
        "known_from": datetime.combine(AS_OF, time(1), UTC),
        "known_until": None,
    }
    rows = [
        {"circumstance_id": f"profiling-{source}", "source_id": source, "company": company} | told
        for source, company in members.select("source_id", "company").iter_rows()
    ]
    known = store.read(lake, d.CIRCUMSTANCES)
    return pa.concat_tables([known, pa.Table.from_pylist(rows, known.schema)]).sort_by("circumstance_id")


def share_of_refusing(lake: Path) -> float:
    with duckdb.open_lake(lake) as opened:
        found = pa.concat_tables(decide(opened, policy.load(RULEBOOK), AS_OF, datetime.combine(AS_OF, time(10), UTC)))
    pairs = pl.DataFrame(found.select(["customer_id", "blocked", "values"])).explode("blocked", "values")
    best = (
        pairs.filter(pl.col("blocked") == 0, pl.col("values") > 0).group_by("customer_id").agg(pl.col("values").max())
    )
    top = best.sort("values", "customer_id", descending=True).head(max(len(best) // 10, 1))
    return float((top["customer_id"] < "1a").mean())


def beside_truth(lake: Path, folder: Path) -> pl.DataFrame:
    """customer x series x channel, with what the scores say; customers of whom one record was found to be of one party."""
    key = keys.current(folder / "var" / "secrets", keys.PSEUDONYM)
    records = pl.read_parquet(folder / "truth" / "records.parquet" / "*.parquet").select(
        "company", "source_key", "party"
    )
    names = [pseudonym(key, "source", company, code) for company, code, _ in records.iter_rows()]
    members = pl.read_parquet(lake / "memberships.parquet").select("source_id", "customer_id")
    people = records.with_columns(pl.Series("source_id", names)).join(members, on="source_id")
    people = people.select("party", "customer_id").unique("party").unique("customer_id")
    scores = pl.read_parquet(lake / "scores.parquet").explode("series", "propensity", "effect", "basis")
    true = pl.read_parquet(folder / "truth" / "effects.parquet" / "*.parquet").filter(pl.col("own_ppm") > 0)
    return true.join(people, on="party").join(scores, on=["customer_id", "series"]).filter(pl.col("propensity") > 0)


def ranks(one: np.ndarray, other: np.ndarray) -> float:
    places = [np.argsort(np.argsort(values, kind="stable"), kind="stable") for values in (one, other)]
    return float(np.corrcoef(*places)[0, 1]) if len(one) > 2 else float("nan")


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
