"""Records made comparable: one column for each thing that is compared, and one for each way to find candidates.

All by columns; a name that is already in its normal form (most Chinese ones) costs no call of Python.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from onefold.kernel.identifiers import normalise_name

HAN = r"[\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_NORMAL = r"^[\u4e00-\u9fa5]+$"
"""Names `normalise_name` returns as they are."""

_LEGAL_FORM = (
    r"(股份有限公司|有限责任公司|有限公司|集团公司|公司|集团)$|\b(co|ltd|limited|inc|llc|plc|gmbh|corp|corporation)\b"
)
_BEFORE_STREET = r"^[^0-9]*[省市区县旗州盟]"
_AFTER_ADDRESS = r"[\s\S]*?([\r\n\"“”;；]|$)"


@dataclass(frozen=True)
class Characters:
    """What policy says of Chinese characters: which are forms of one, which sound alike, which surnames have two."""

    forms: dict[str, str]
    sounds: dict[str, str]
    surnames: tuple[str, ...]


def normalised_names(names: pl.Series) -> pl.Series:
    """`normalise_name` of each; empty where nothing is left."""
    different = names.drop_nulls().unique()
    odd = different.filter(~different.str.contains(_NORMAL)).to_list()
    found = {name: normalise_name(name) or None for name in odd}
    return names.replace(list(found), pl.Series(list(found.values()), dtype=pl.String)) if odd else names


def comparable(records: pl.DataFrame, characters: Characters) -> pl.DataFrame:
    """`records` (source_id, kind, name, born_on, sex, id_type, id_number, phone, email, address, region) in comparable columns."""
    told = records.select(
        "source_id", "kind", normalised_names(records["name"]).alias("name"), "sex", "phone", *_mail(), *_places(),
        _document(), "born_on",
    )  # fmt: skip
    told = _by_value(told, ["kind", "name"], _names(characters)).drop("name").rename({"whole": "name"})
    told = _by_value(told, ["born_on"], _births()).drop("born_on")
    for column in ("given", "surname", "street", "town"):
        told = told.with_columns(_letters(told[column]))
    return told


def _by_value(told: pl.DataFrame, columns: list[str], made: list[pl.Expr]) -> pl.DataFrame:
    """`told` with what is `made` of each different value once."""
    values = told.select(columns).unique(maintain_order=True).with_columns(made)
    return told.join(values, on=columns, how="left", nulls_equal=True, maintain_order="left")


# Names


def _names(characters: Characters) -> list[pl.Expr]:
    """`whole`: the name in one order and form; its parts, and `alike`: a coarser form that survives the usual mistakes."""
    plain = _replaced(pl.col("name"), characters.forms)
    han = plain.str.contains(HAN)
    latin = plain.str.normalize("NFKD").str.replace_all(r"\p{M}|['’-]", "").str.replace_all(r"[^\p{L}\p{N}]+", " ")
    words = latin.str.strip_chars().str.split(" ")
    organisation = pl.col("kind") == "ORGANISATION"
    dotted = plain.str.split("·")
    double = plain.str.slice(0, 2).is_in(list(characters.surnames)) & (plain.str.len_chars() > 2)
    size = pl.when(double).then(2).otherwise(1)
    surname = (
        pl.when(organisation).then(None)
        .when(~han).then(words.list.last())
        .when(dotted.list.len() > 1).then(dotted.list.last())
        .otherwise(plain.str.slice(0, size))
    )  # fmt: skip
    given = (
        pl.when(organisation).then(None)
        .when(~han).then(pl.when(words.list.len() > 1).then(words.list.first()))
        .when(dotted.list.len() > 1).then(dotted.list.first())
        .otherwise(plain.str.slice(size))
    )  # fmt: skip
    whole = pl.when(han).then(plain).otherwise(words.list.sort().list.join(" "))
    core = _filled(plain.str.replace_all(_LEGAL_FORM, "").str.replace_all(r"[()（）\s.,]", ""))
    sound = pl.when(han).then(_replaced(plain.str.replace_all("·", ""), characters.sounds))
    return [
        _filled(whole).alias("whole"), _filled(given).alias("given"), _filled(surname).alias("surname"),
        pl.when(organisation).then(core).otherwise(sound).alias("alike"),
        (~han).cast(pl.Int8).fill_null(0).alias("latin"),
    ]  # fmt: skip


def _replaced(text: pl.Expr, letters: dict[str, str]) -> pl.Expr:
    return text.str.replace_many(list(letters), list(letters.values())) if letters else text


def _filled(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)


# Births, addresses, documents


def _births() -> list[pl.Expr]:
    born = pl.col("born_on")
    text = born.dt.strftime("%Y%m%d")
    return [
        text.alias("born"), text.str.split("").list.sort().list.join("").alias("born_digits"),
        text.str.slice(0, 6).alias("month"), born.cast(pl.Int32).alias("born_day"),
    ]  # fmt: skip


def _mail() -> list[pl.Expr]:
    """`mailbox`: the letters before the @, which often stay when the provider changes."""
    letters = pl.col("email").str.extract(r"^([^@]+)").str.replace_all(r"\P{L}", "")
    return [pl.col("email"), pl.when(letters.str.len_chars() >= 4).then(letters).alias("mailbox")]


def _places() -> list[pl.Expr]:
    """`address`: what of it stays the same however much of the region stands before it; `street` and `house` are its parts."""
    text = pl.col("address").str.normalize("NFKC").str.to_lowercase().str.strip_chars()
    text = text.str.replace(r"[\r\n\"“”;；][\s\S]*$", "").str.replace(_BEFORE_STREET, "")
    han = text.str.contains(HAN)
    words = text.str.extract_all(r"[\p{L}\p{N}]+")
    whole = pl.when(han).then(text.str.replace_all(r"\s", "")).otherwise(words.list.join(" "))
    street = pl.when(han).then(text.str.extract(r"^([^0-9]+)")).otherwise(text.str.replace_all(r"\P{L}", ""))
    house = text.str.extract_all(r"[0-9]+").list.join("-")
    town = pl.col("region").str.to_lowercase().str.strip_chars()
    return [
        pl.when(house != "").then(whole).alias("address"),
        _filled(street).alias("street"), _filled(house).alias("house"), pl.col("region"),
        pl.when(town.str.contains(r"^[\x00-\x7f]+$")).then(town).alias("town"),
    ]  # fmt: skip


def _letters(values: pl.Series) -> pl.Series:
    """The letters in order, so that two in the wrong place make no difference; only where Levenshtein counts letters, not bytes."""
    plain = values.filter(values.str.contains(r"^[\x00-\x7f]+$")).unique()
    ordered = plain.str.split("").list.sort().list.join("")
    found = values.replace_strict(plain, ordered, default=None, return_dtype=pl.String) if len(plain) else None
    name = f"{values.name}_letters"
    return found.alias(name) if found is not None else pl.Series(name, [None], pl.String).new_from_index(0, len(values))


def _document() -> pl.Expr:
    """A number that identifies nobody for certain; the certain ones were used already."""
    return pl.when(pl.col("id_type") == "OTHER").then(pl.col("id_number")).alias("document")
