"""What goes wrong when a company writes down what it knows. Each mistake is drawn with whole numbers, done to whole columns, and
put on record.

Mistakes about a customer belong to the record: who was misspelt in May is misspelt in June. `planted` names the one mistake of a
row that a gate must not let in; those that are wrong only as text (an impossible date) are written by `writing`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import polars as pl

from onefold.simulator.sending.letters import FULL_WIDTH, HOMOPHONES, PRIVATE, VARIANTS
from onefold.simulator.sending.rates import (
    COMPANIES,
    CORRECTED_PPM,
    CORRECTED_WITHIN_DAYS,
    DROPPED,
    IS_SET_ASIDE,
    MILLION,
    SAYS_WRONG,
)

ADMITTED = ("ROW_DOUBLED", "KEY_REPEATED")
"""Planted, but the row itself (the first of two) is let in."""

Bools = np.ndarray
Strings = Callable[[pl.Series], pl.Series]


def generator(seed: int, chunk: int, purpose: int) -> np.random.Generator:
    """Random numbers for one purpose in one chunk, whoever works on it."""
    return np.random.Generator(np.random.Philox(key=np.array([seed, chunk * 64 + purpose], dtype=np.uint64)))


@dataclass
class Noted:
    """Mistakes that load all the same: kind and field by row number."""

    found: list[pl.DataFrame] = field(default_factory=list)

    def note(self, rows: Bools | np.ndarray, kind: str, field_: str) -> None:
        numbers = np.flatnonzero(rows) if rows.dtype == bool else rows
        if len(numbers):
            frame = pl.DataFrame({"row": numbers.astype(np.uint32)})
            self.found.append(frame.with_columns(pl.lit(kind).alias("kind"), pl.lit(field_).alias("field")))

    def frame(self) -> pl.DataFrame:
        empty = pl.DataFrame(schema={"row": pl.UInt32, "kind": pl.String, "field": pl.String})
        return pl.concat([empty, *self.found])


def company_places(companies: pl.Series) -> np.ndarray:
    return companies.replace_strict(list(COMPANIES), list(range(len(COMPANIES))), return_dtype=pl.Int8).to_numpy()


def drawn(rates: tuple[int, ...], companies: np.ndarray, rng: np.random.Generator) -> Bools:
    draws = rng.integers(0, MILLION, len(companies), dtype=np.uint32)
    return draws < np.array(rates, np.uint32)[companies]


def one_of_several(rates: dict[str, tuple[int, ...]], companies: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each row the number (from 1) of the one kind that befalls it, 0 for none."""
    bounds = np.cumsum(np.array(list(rates.values()), np.int64), axis=0)[:, companies]
    draws = rng.integers(0, MILLION, len(companies), dtype=np.uint32)
    kind = (draws[None, :] >= bounds).sum(axis=0) + 1
    return np.where(kind > len(rates), 0, kind).astype(np.int8)


def kinds_named(numbers: np.ndarray, rates: dict[str, tuple[int, ...]]) -> pl.Series:
    names = pl.Series([None, *rates], dtype=pl.String)
    return names.gather(pl.Series(numbers.astype(np.int32))).alias("planted")


# What is decided for each record before any row of it is written


@dataclass(frozen=True)
class Fates:
    """By record: the mistake planted in it, the day it is put right (empty = never), and whether no row of it ever loads."""

    planted: pl.Series
    corrected: pl.Series
    lost: pl.Series


def fates_of(records: pl.DataFrame, days: int, told: pl.Series, rng: np.random.Generator) -> Fates:
    """`told`: by record, the day of its first row, or beyond `days` if it is never told."""
    rates = IS_SET_ASIDE["customers"]
    companies = company_places(records["company"])
    numbers = one_of_several(rates, companies, rng)
    planted = kinds_named(numbers, rates)
    planted = planted.set(~_applies(records, planted), None)
    loose = [company for company, field_ in DROPPED if field_ == "id_number"]
    loose_birth = [company for company, field_ in DROPPED if field_ == "born_on"]
    dropped = (planted.eq_missing("ID_CHECKSUM") & records["company"].is_in(loose)) | (
        planted.eq_missing("BIRTH_IMPOSSIBLE") & records["company"].is_in(loose_birth)
    )
    aside = planted.is_not_null() & ~planted.is_in(list(ADMITTED)).fill_null(False) & ~dropped
    put_right = pl.Series(rng.integers(0, MILLION, len(numbers), dtype=np.uint32) < CORRECTED_PPM)
    day = pl.Series(3 + rng.integers(0, CORRECTED_WITHIN_DAYS, len(numbers), dtype=np.int32))
    corrected = pl.select(pl.when(aside & put_right & (told == 0) & (day <= days)).then(day)).to_series()
    lost = (aside & corrected.is_null()) | (told > days)
    return Fates(planted, corrected.cast(pl.Int32), lost)


def _applies(records: pl.DataFrame, planted: pl.Series) -> pl.Series:
    """Whether the mistake can be made: no number, no wrong number."""
    numbered = records["id_number"].is_not_null()
    resident = numbered & (records["id_type"] == "RESIDENT_ID").fill_null(False)
    return (
        planted.is_in(["ROW_DOUBLED", "KEY_REPEATED", "NAME_MISSING"]).fill_null(False)
        | (planted.eq_missing("ROW_UNQUOTED") & records["address"].is_not_null())
        | (planted.eq_missing("ID_CHECKSUM") & resident)
        | (planted.eq_missing("ID_TYPE_UNKNOWN") & numbered)
        | (planted.eq_missing("BIRTH_IMPOSSIBLE") & records["born_on"].is_not_null())
    )


# Customers


@dataclass
class Telling:
    """The rows of one list on their way from what is known to what is written."""

    rows: pl.DataFrame
    rng: np.random.Generator
    noted: Noted
    places: np.ndarray
    companies: np.ndarray
    records: int

    def befallen(self, kind: str) -> Bools:
        """Rows whose record this mistake befell."""
        return drawn(SAYS_WRONG[kind], self.companies, self.rng)[self.places]

    def change(self, kind: str | None, name: str, where: Bools, change: Strings) -> None:
        """Change the values of column `name` in the rows `where`; what does not change is no mistake. No `kind`: not noted here."""
        values = self.rows[name]
        numbers = np.flatnonzero(where & values.is_not_null().to_numpy())
        if not len(numbers):
            return
        old = values.gather(numbers)
        new = change(old)
        changed = old.ne_missing(new).to_numpy()
        if changed.any():
            self.rows = self.rows.with_columns(values.clone().scatter(numbers, new).alias(name))
            if kind is not None:
                self.noted.note(numbers[changed], kind, name)


def misspeak_customers(rows: pl.DataFrame, records: pl.DataFrame, fates: Fates, phones: dict[str, pl.Series],
                       rng: np.random.Generator) -> tuple[pl.DataFrame, Noted]:  # fmt: skip
    """`rows` of `states.customers` as the companies say them, with `planted` and `name`; and what was noted. `phones`: by company
    the numbers of its sellers."""
    planted = fates.planted.gather(rows["place"])
    healed = (rows["corrected"] <= rows["day"]).fill_null(False)
    rows = _with_doubles(rows.with_columns(planted.set(healed, None).alias("planted"), _names(rows)), "region")
    telling = Telling(rows, rng, Noted(), rows["place"].to_numpy(), company_places(records["company"]), len(records))
    _stale(telling)
    _misnamed(telling)
    _misnumbered(telling)
    _misreached(telling, phones)
    return telling.rows, telling.noted


def _names(rows: pl.DataFrame) -> pl.Series:
    """How the company writes the name: a foreigner's in its own order, and an organisation's as it stands."""
    surname, given = pl.col("surname").fill_null(""), pl.col("given").fill_null("")
    latin = pl.col("latin_name")
    words = latin.str.splitn(" ", 2).struct
    turned = words.field("field_1") + pl.lit(" ") + words.field("field_0")
    turned = pl.when(words.field("field_1").is_null()).then(latin).otherwise(turned)
    written = (
        pl.when(pl.col("company").is_in(["HBANK", "HTRUST"])).then(turned.str.to_uppercase())
        .when(pl.col("company").is_in(["HPC", "HSEC"])).then(turned)
        .when(pl.col("company") == "HFUND").then(latin.str.to_lowercase())
        .otherwise(latin)
    )  # fmt: skip
    chinese = pl.when((surname + given) == "").then(None).otherwise(surname + given)
    return rows.select(pl.coalesce(written, chinese).alias("name"))["name"]


def _with_doubles(rows: pl.DataFrame, told: str) -> pl.DataFrame:
    """Every doubled row twice, side by side. `second` marks the later one; where it must differ, it does so in column `told`."""
    doubled = rows["planted"].is_in(list(ADMITTED)).fill_null(False).to_numpy()
    if not doubled.any():
        return rows.with_columns(pl.lit(False).alias("second"))
    numbers = np.repeat(np.arange(len(rows)), 1 + doubled)
    second = np.diff(numbers, prepend=-1) == 0
    other = pl.lit("待核实") if rows.schema[told] == pl.String else pl.col(told).fill_null(0) + 100
    return (
        rows[numbers]
        .with_columns(pl.Series("second", second))
        .with_columns(
            pl.when(pl.col("second") & (pl.col("planted") == "KEY_REPEATED"))
            .then(other)
            .otherwise(pl.col(told))
            .alias(told)
        )
    )


def _stale(telling: Telling) -> None:
    for name, kind in (("surname", "OLD_SURNAME"), ("phone", "OLD_PHONE"), ("address", "OLD_ADDRESS")):
        telling.noted.note(telling.rows[f"stale_{name}"].to_numpy(), kind, "name" if name == "surname" else name)


def _misnamed(telling: Telling) -> None:
    old_systems = telling.rows["company"].is_in(["HPC", "HBANK"]).to_numpy()
    telling.change("NAME_PRIVATE_CHARACTER", "name", old_systems, _exchanged(PRIVATE))
    telling.change("NAME_TYPO", "name", telling.befallen("NAME_TYPO"), _exchanged(HOMOPHONES))
    telling.change("NAME_VARIANT", "name", telling.befallen("NAME_VARIANT"), _exchanged(VARIANTS))
    telling.change("NAME_SPACED", "name", telling.befallen("NAME_SPACED"), _spaced)
    missing = telling.rows["planted"].eq_missing("NAME_MISSING")
    telling.rows = telling.rows.with_columns(telling.rows["name"].set(missing, None))
    telling.change("SEX_WRONG", "sex", telling.befallen("SEX_WRONG"), lambda sexes: sexes.replace({"F": "M", "M": "F"}))


def _exchanged(letters: dict[str, str]) -> Strings:
    return lambda texts: texts.str.replace_many(list(letters), list(letters.values()))


def _spaced(names: pl.Series) -> pl.Series:
    """张伟 as 张　伟, anything longer with a trailing full-width space."""
    short = names.str.len_chars() == 2
    return (names.str.slice(0, 1) + "\u3000" + names.str.slice(1)).zip_with(short, names + "\u3000")


def _misnumbered(telling: Telling) -> None:
    rows = telling.rows
    wrong = rows["planted"].eq_missing("ID_CHECKSUM").to_numpy()
    sound = rows["planted"].is_null().to_numpy() | rows["planted"].is_in(list(ADMITTED)).fill_null(False).to_numpy()
    resident = rows["id_type"].eq_missing("RESIDENT_ID").to_numpy()
    old = (rows["id_number"].str.slice(6, 2) == "19").fill_null(False).to_numpy() & resident
    telling.change(None, "id_number", wrong, _miscopied)
    missing = telling.befallen("ID_MISSING") & sound
    telling.change("ID_OF_15", "id_number", telling.befallen("ID_OF_15") & sound & old & ~missing, _of_15)
    telling.change("ID_LOWER_X", "id_number", telling.befallen("ID_LOWER_X") & resident & ~missing,
                   lambda numbers: numbers.str.replace("X", "x", literal=True))  # fmt: skip
    wide = telling.befallen("DIGITS_FULL_WIDTH") & ~missing
    telling.change("DIGITS_FULL_WIDTH", "id_number", wide & sound, _exchanged(FULL_WIDTH))
    telling.change("ID_MISSING", "id_number", missing, _nothing)
    dated = sound & telling.rows["born_on"].is_not_null().to_numpy()
    unknown = telling.befallen("BIRTH_MISSING") & dated
    default = telling.befallen("BIRTH_DEFAULT") & dated & ~unknown
    telling.change("BIRTH_DEFAULT", "born_on", default, _default_birthday)
    telling.change("BIRTH_MISSING", "born_on", unknown, _nothing)


def _nothing(values: pl.Series) -> pl.Series:
    return pl.Series(values.name, [None], dtype=values.dtype).new_from_index(0, len(values))


def _miscopied(numbers: pl.Series) -> pl.Series:
    """The sixteenth digit one too high: everything else of the number stays possible, but for its check digit."""
    digit = (numbers.str.slice(15, 1).cast(pl.Int8) + 1) % 10
    return numbers.str.slice(0, 15) + digit.cast(pl.String) + numbers.str.slice(16)


def _of_15(numbers: pl.Series) -> pl.Series:
    return numbers.str.slice(0, 6) + numbers.str.slice(8, 9)


def _default_birthday(born: pl.Series) -> pl.Series:
    """What a form had in it: 1990-01-01, and 1900-01-01 for those born in an even year."""
    even = born.dt.year() % 2 == 0
    return pl.select(
        pl.when(even).then(pl.date(1900, 1, 1)).otherwise(pl.date(1990, 1, 1)).alias(born.name)
    ).to_series()


def _misreached(telling: Telling, phones: dict[str, pl.Series]) -> None:
    shared = telling.befallen("PHONE_SHARED")
    choice = telling.rng.integers(0, 1 << 30, telling.records, dtype=np.int32)[telling.places]
    for company, numbers in phones.items():
        here = shared & telling.rows["company"].eq_missing(company).to_numpy()
        if len(numbers) and here.any():
            chosen = numbers.gather(choice[here & telling.rows["phone"].is_not_null().to_numpy()] % len(numbers))
            telling.change("PHONE_SHARED", "phone", here, partial(_put_in, chosen))
    missing = telling.befallen("PHONE_MISSING")
    telling.change("PHONE_DRESSED", "phone", telling.befallen("PHONE_DRESSED") & ~missing, _dressed)
    telling.change("PHONE_MISSING", "phone", missing, _nothing)
    telling.change("EMAIL_MISSING", "email", telling.befallen("EMAIL_MISSING"), _nothing)
    quiet = ~telling.rows["planted"].eq_missing("ROW_UNQUOTED").to_numpy()
    telling.change("ADDRESS_SHORT", "address", telling.befallen("ADDRESS_SHORT") & quiet, _shortened)
    telling.change("ADDRESS_ODD", "address", telling.befallen("ADDRESS_ODD") & quiet, _odd)


def _put_in(new: pl.Series, old: pl.Series) -> pl.Series:
    return new


def _dressed(numbers: pl.Series) -> pl.Series:
    """138-0000-0000 if the last digit is even, else +86 13800000000."""
    even = numbers.str.contains("[02468]$")
    dashed = numbers.str.slice(0, 3) + "-" + numbers.str.slice(3, 4) + "-" + numbers.str.slice(7)
    return dashed.zip_with(even, "+86 " + numbers)


def _shortened(addresses: pl.Series) -> pl.Series:
    """Without what stands before the first 市, 区 or 县."""
    return addresses.str.replace(r"^[^市区县]*[市区县]", "")


def _odd(addresses: pl.Series) -> pl.Series:
    """A note in quotes, with both delimiters of the group, on a line of its own for every address of even length."""
    even = addresses.str.len_chars() % 2 == 0
    return (addresses + '\n"收件人",转;交').zip_with(even, addresses + ' "东门", 后;侧')


# The other lists


def misspeak(rows: pl.DataFrame, list_: str, told: str | None, rng: np.random.Generator) -> pl.DataFrame:
    """`rows` with `planted` and `second`: at most one mistake in a row. `told`: the column in which a repeated key differs."""
    rates = IS_SET_ASIDE.get(list_)
    if rates is None:
        return rows.with_columns(pl.lit(None, pl.String).alias("planted"), pl.lit(False).alias("second"))
    planted = kinds_named(one_of_several(rates, company_places(rows["company"]), rng), rates)
    if told is not None:
        small = rows[told].is_null() | (rows[told] < 100_000)
        planted = planted.set(small & planted.eq_missing("AMOUNT_GROUPED"), None)
    rows = rows.with_columns(planted.alias("planted"))
    return _with_doubles(rows, told) if told else rows.with_columns(pl.lit(False).alias("second"))
