"""The feed format: what is understood, and that nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from onefold.policy.feeds import FeedBroken, feeds_of_file, in_order, load_feeds

CUSTOMERS = """
feed: hlife_customers
company: HLIFE
target: source_records
title: {en: Harbour Life customers, zh-Hans: 海港人寿客户}
file: "hlife_customers*.csv"
mode: full
columns:
  cust_no: {type: text, required: true}
  born: {type: date, format: "%Y-%m-%d", empty: [9999-12-31]}
  gender: {type: text}
map:
  source_key: cust_no
  kind: {constant: PERSON}
  born_on: born
  sex: {column: gender, codes: {男: M, 女: F, NO: F, 1: M, 02: F}, otherwise: ""}
"""
CONTRACTS = """
feed: hlife_policies
company: HLIFE
target: contracts
title: {en: Policies, zh-Hans: 保单}
file: "hlife_policies*.csv"
mode: append
columns:
  no: {type: text, required: true}
  cust: {type: text}
  begins: {type: date, format: "%y%m%d", century: 1900}
  monthly: {type: money, currency: CNY}
lookup:
  - {feed: hlife_customers, on: {cust: cust_no}, where: {gender: 男}, take: {his_key: cust_no}, missing: empty}
derive:
  contract_no: {function: concatenate, parts: [{text: "P-"}, {column: no}]}
  yearly: {function: times, from: [monthly], by: 12}
map:
  contract_no: contract_no
  source_key: his_key
  product: {constant: HLIFE.TERM.STD}
  status: {constant: IN_FORCE}
  valid_from: begins
  premium_minor: yearly
"""


def folder_with(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def broken(folder: Path, text: str, **others: str) -> str:
    with pytest.raises(FeedBroken) as caught:
        load_feeds(folder_with(folder, hlife_customers=text, **others))
    return str(caught.value)


def test_a_feed_is_read_with_its_codes_as_they_are_written(tmp_path: Path) -> None:
    feed = load_feeds(folder_with(tmp_path, hlife_customers=CUSTOMERS))["hlife_customers"]
    sex = feed.source_of("sex")
    assert sex is not None
    assert sex.codes == {"男": "M", "女": "F", "NO": "F", "1": "M", "02": "F"}
    assert sex.otherwise == ""
    assert feed.columns[1].empty == ("9999-12-31",)
    assert feed.full and not feed.assumed and feed.freshness_days == 7


def test_a_feed_comes_after_those_it_looks_up(tmp_path: Path) -> None:
    feeds = load_feeds(folder_with(tmp_path, a=CONTRACTS, b=CUSTOMERS))
    assert in_order(feeds) == ["hlife_customers", "hlife_policies"]
    assert feeds["hlife_policies"].lookups[0].where == {"gender": ("男",)}


def test_a_file_belongs_to_every_feed_whose_pattern_it_fits_packed_or_not(tmp_path: Path) -> None:
    feeds = load_feeds(folder_with(tmp_path, a=CONTRACTS, b=CUSTOMERS)).values()
    assert feeds_of_file(feeds, "hlife_customers_2026.csv.gz") == ["hlife_customers"]
    assert feeds_of_file(feeds, "hlife_customers.xlsx") == []


def test_feeds_of_several_folders_add_up_but_never_replace_each_other(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir(), second.mkdir()
    folder_with(first, hlife_customers=CUSTOMERS)
    folder_with(second, hlife_policies=CONTRACTS)
    assert sorted(load_feeds(first, second)) == ["hlife_customers", "hlife_policies"]
    folder_with(second, again=CUSTOMERS)
    with pytest.raises(FeedBroken, match="already a feed"):
        load_feeds(first, second)


@pytest.mark.parametrize(
    ("change", "matter"),
    [
        (("mode: full", "mode: full\nmodus: full"), "hlife_customers.yaml: modus: nobody knows this key"),
        (("mode: full", "mode: full\nmode: append"), "mode stands here twice"),
        (("required: true", "requird: true"), "columns.cust_no.requird: nobody knows"),
        (("required: true", "required: yes"), "columns.cust_no.required: must be true or false"),
        (("%Y-%m-%d", "%Y-%m"), "columns.born.format: needs %d, %m"),
        (("%Y-%m-%d", "%y-%m-%d"), "columns.born.century: is needed with %y"),
        (("type: text, req", "type: txt, req"), "columns.cust_no.type: must be one of text"),
        (("target: source_records", "target: customers"), "target: must be one of source_records"),
        (("company: HLIFE", "company: GROUP"), "belongs to one company"),
        (("born_on: born", "born_on: birth"), "map.born_on: there is no column birth"),
        (("born_on: born", "born_on: gender"), "map.born_on: column gender is text, must be day"),
        (("born_on: born", "bron_on: born"), "map.bron_on: source_records has no such field"),
        (("男: M", "男: MALE"), "map.sex: MALE is none of F, M"),
        (("constant: PERSON", "constant: person"), "map.kind: person is none of PERSON"),
        (("source_key: cust_no", "name: cust_no"), "map: must fill source_key"),
        (("mode: full", "mode: full\ncontrol: {closed_share_max: 2}"), "closed_share_max: must be a share"),
        (("mode: full", "mode: full\nonly: {sex: [M]}"), "only: there is no column sex"),
        (("mode: full", "mode: full\ncsv: {delimiter: '||'}"), "csv.delimiter: must be one ASCII character"),
        (("mode: full", "mode: full\nignore: [born]"), "born is declared and ignored"),
        (("mode: full", "mode: full\nlookup: [{feed: x, on: {a: b}, take: {c: d}}]"), "there is no feed x"),
        (("mode: full", "mode: full\nderive: {x: {function: eval, from: [born]}}"), "derive.x.function: must be one"),
        (("mode: full", "mode: full\nderive: {x: {function: capitals, from: [born]}}"), "born is day, must be text"),
        (("mode: full", "mode: full\nderive: {born: {function: constant, value: 1}}"), "already a column born"),
        (("title:", "titel:"), "title: is missing"),
        (("feed: hlife_customers", "feed: [x"), "hlife_customers.yaml: "),
    ],
)
def test_what_is_not_of_the_format_is_refused_with_file_and_place(
    tmp_path: Path, change: tuple[str, str], matter: str
) -> None:
    assert change[0] in CUSTOMERS
    assert matter in broken(tmp_path, CUSTOMERS.replace(*change, 1))


def test_feeds_that_look_each_other_up_in_a_circle_are_refused(tmp_path: Path) -> None:
    circle = CUSTOMERS.replace(
        "mode: full", "mode: full\nlookup: [{feed: hlife_policies, on: {cust_no: cust}, take: {x: no}}]"
    )
    assert "in a circle" in broken(tmp_path, circle, hlife_policies=CONTRACTS)


def test_money_without_a_currency_and_sums_of_two_currencies_are_refused(tmp_path: Path) -> None:
    two = CONTRACTS.replace(
        "  monthly: {type: money, currency: CNY}",
        "  monthly: {type: money, currency: CNY}\n  other: {type: money, currency: USD}",
    ).replace("{function: times, from: [monthly], by: 12}", "{function: first_filled, from: [monthly, other]}")
    assert "money of one currency" in broken(tmp_path, CUSTOMERS, hlife_policies=two)
    open_currency = CONTRACTS.replace("monthly: {type: money, currency: CNY}", "monthly: {type: money}")
    assert "money needs a currency" in broken(tmp_path, CUSTOMERS, hlife_policies=open_currency)
