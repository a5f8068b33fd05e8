"""What the companies of the group have arranged: channels, what each may sell and since when, agreements between companies.

The same arrangements as in the small Harbour Group of the examples, so that what was learnt there holds here.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np

from onefold.simulator.world.dice import Whole
from onefold.simulator.world.parameters import CODES, PLACE_OF, SERIES

CHANNELS: tuple[tuple[str, str, str, str, str], ...] = (
    ("HLIFE.AGENTS", "HLIFE", "AGENT", "Life agents", "寿险代理人"),
    ("HPC.AGENTS", "HPC", "AGENT", "P&C agents", "产险代理人"),
    ("HPC.TELEPHONE", "HPC", "TELEPHONE", "P&C telephone sales", "产险电话销售"),
    ("HHEALTH.ONLINE", "HHEALTH", "ONLINE", "Health insurance online", "健康险线上"),
    ("HPENSION.DIRECT", "HPENSION", "AGENT", "Pension direct sales", "养老险直销"),
    ("HBANK.BRANCH", "HBANK", "BANK", "Bank branches", "银行网点"),
    ("HBANK.ONLINE", "HBANK", "ONLINE", "Bank online", "银行线上"),
    ("HSEC.BRANCH", "HSEC", "COUNTER", "Securities branches", "证券营业部"),
    ("HFUND.ONLINE", "HFUND", "ONLINE", "Fund online", "基金线上"),
    ("HTRUST.ADVISERS", "HTRUST", "AGENT", "Trust advisers", "信托财富顾问"),
)
CHANNEL_CODES = tuple(row[0] for row in CHANNELS)
CHANNEL_AT = {code: place for place, code in enumerate(CHANNEL_CODES)}
ONLINE = tuple(row[2] == "ONLINE" for row in CHANNELS)
REMOTE = tuple(row[2] in ("ONLINE", "TELEPHONE") for row in CHANNELS)

# Channel: series, since, until (or none), and how much of the series it sells (weight)
MATRIX: tuple[tuple[str, str, str, str, int], ...] = tuple(
    (channel, series, since, until, int(weight))
    for channel, rows in {
        "HLIFE.AGENTS": (
            "HLIFE.TERM 2012-01-01 - 60,HLIFE.WHOLE 2012-01-01 - 70,HLIFE.ANNUITY 2014-01-01 - 55,HLIFE.CI 2013-01-01 - 100,"
            "HPC.MOTOR 2018-01-01 - 17,HPC.HOME 2018-01-01 - 25,HPC.ACCIDENT 2018-01-01 - 30,"
            "HHEALTH.MEDICAL 2019-04-01 2025-10-01 60,HPENSION.PERSONAL 2022-11-01 - 25,HBANK.CARD 2020-06-01 - 30,"
            "HFUND.MONEY 2021-03-01 - 8,HFUND.EQUITY 2021-03-01 - 10,HTRUST.FAMILY 2023-01-01 - 2"
        ),
        "HPC.AGENTS": (
            "HPC.MOTOR 2010-01-01 - 45,HPC.HOME 2010-01-01 - 40,HPC.ACCIDENT 2010-01-01 - 40,HPC.LIABILITY 2010-01-01 - 90,"
            "HHEALTH.MEDICAL 2021-01-01 - 8,HHEALTH.GROUP 2021-01-01 - 40,HPENSION.PERSONAL 2023-07-01 - 5,HLIFE.TERM 2024-01-01 - 5"
        ),
        "HPC.TELEPHONE": (
            "HPC.MOTOR 2016-01-01 - 34,HPC.HOME 2016-01-01 - 15,HPC.ACCIDENT 2016-01-01 - 20,HHEALTH.MEDICAL 2021-01-01 - 8"
        ),
        "HHEALTH.ONLINE": "HHEALTH.MEDICAL 2017-01-01 - 30,HPC.ACCIDENT 2022-01-01 - 12",
        "HPENSION.DIRECT": (
            "HPENSION.PERSONAL 2015-01-01 - 40,HPENSION.CORPORATE 2015-01-01 - 100,HHEALTH.GROUP 2016-01-01 - 60,"
            "HPC.LIABILITY 2020-01-01 - 10"
        ),
        "HBANK.BRANCH": (
            "HBANK.DEPOSIT 2010-01-01 - 70,HBANK.CARD 2010-01-01 - 35,HBANK.LOAN 2010-01-01 - 100,HLIFE.ANNUITY 2015-01-01 - 45,"
            "HLIFE.WHOLE 2015-01-01 - 30,HLIFE.TERM 2017-05-01 - 20,HLIFE.CI 2026-09-01 - 1,HPC.HOME 2017-05-01 - 20,"
            "HPC.ACCIDENT 2017-05-01 - 15,HPC.LIABILITY 2017-05-01 - 10,HHEALTH.MEDICAL 2019-10-01 - 8,"
            "HPENSION.PERSONAL 2022-11-01 - 40,HFUND.MONEY 2018-11-01 - 30,HFUND.EQUITY 2018-11-01 - 40,HSEC.BROKERAGE 2018-11-01 - 25"
        ),
        "HBANK.ONLINE": "HBANK.DEPOSIT 2016-01-01 - 30,HBANK.CARD 2016-01-01 - 45,HFUND.MONEY 2018-11-01 - 25,HPC.MOTOR 2020-01-01 - 8",
        "HSEC.BRANCH": "HSEC.BROKERAGE 2014-01-01 - 75,HFUND.EQUITY 2016-01-01 - 20,HFUND.MONEY 2016-01-01 - 10",
        "HFUND.ONLINE": "HFUND.MONEY 2016-01-01 - 40,HFUND.EQUITY 2016-01-01 - 30",
        "HTRUST.ADVISERS": (
            "HTRUST.FAMILY 2017-01-01 - 100,HFUND.EQUITY 2020-01-01 - 3,HLIFE.WHOLE 2024-01-01 - 2,HLIFE.ANNUITY 2024-01-01 - 2"
        ),
    }.items()
    for series, since, until, weight in (row.split(" ") for row in rows.split(","))
)  # fmt: skip

AGREEMENTS: tuple[tuple[str, str, str, str, str], ...] = (
    ("AG-2018-001", "HLIFE", "HPC", "2018-01-01", "-"),
    ("AG-2019-002", "HLIFE", "HHEALTH", "2019-04-01", "2028-04-01"),
    ("AG-2022-003", "HLIFE", "HPENSION", "2022-11-01", "-"),
    ("AG-2020-004", "HLIFE", "HBANK", "2020-06-01", "2026-01-01"),
    ("AG-2021-005", "HLIFE", "HFUND", "2021-03-01", "-"),
    ("AG-2021-006", "HPC", "HHEALTH", "2021-01-01", "2027-01-01"),
    ("AG-2023-007", "HPC", "HPENSION", "2023-07-01", "2025-07-01"),
    ("AG-2017-008", "HBANK", "HLIFE", "2015-01-01", "-"),
    ("AG-2017-009", "HBANK", "HPC", "2017-05-01", "-"),
    ("AG-2019-010", "HBANK", "HHEALTH", "2019-10-01", "2027-10-01"),
    ("AG-2018-011", "HBANK", "HFUND", "2018-11-01", "-"),
    ("AG-2018-012", "HBANK", "HSEC", "2018-11-01", "-"),
    ("AG-2022-013", "HBANK", "HPENSION", "2022-11-01", "2026-06-01"),
    ("AG-2026-014", "HBANK", "HPENSION", "2026-07-15", "-"),
    ("AG-2018-015", "HSEC", "HFUND", "2018-01-01", "-"),
    ("AG-2020-016", "HPENSION", "HHEALTH", "2016-01-01", "-"),
    ("AG-2020-017", "HPENSION", "HPC", "2020-01-01", "-"),
    ("AG-2020-018", "HTRUST", "HFUND", "2020-01-01", "-"),
    ("AG-2024-019", "HTRUST", "HLIFE", "2024-01-01", "2027-01-01"),
    ("AG-2022-020", "HHEALTH", "HPC", "2022-01-01", "-"),
)
NEVER = 10**6
"""A day that does not come (and, negated, one before all others)."""


def day_number(text: str) -> int:
    """Days since 1970; `-` is never."""
    return NEVER if text == "-" else (date.fromisoformat(text) - date(1970, 1, 1)).days


@cache
def rights() -> tuple[Whole, Whole, Whole]:
    """(since, until, weight) by channel and series: when a channel may sell a series, agreement included."""
    shape = (len(CHANNELS), len(CODES))
    since, until, weight = np.full(shape, NEVER), np.full(shape, -NEVER), np.zeros(shape, dtype=np.int64)
    agreed = {(row[1], row[2]): row[3:] for row in reversed(AGREEMENTS)}
    for channel, series, first, last, share in MATRIX:
        seller, owner = channel.split(".")[0], series.split(".")[0]
        from_, to = ("1990-01-01", "-") if seller == owner else agreed.get((seller, owner), ("-", "-"))
        at = CHANNEL_AT[channel], PLACE_OF[series]
        since[at], until[at] = max(day_number(first), day_number(from_)), min(day_number(last), day_number(to))
        weight[at] = share
    return since, until, weight


@cache
def needed_grades() -> Whole:
    """Lowest grade for a channel's sellers to sell a series: own company 1, sister insurer 2, any other 3; or the series' own."""
    insurers = ("HLIFE", "HPC", "HHEALTH", "HPENSION")
    grades = np.ones((len(CHANNELS), len(CODES)), dtype=np.int64)
    for place, row in enumerate(CHANNELS):
        for at, terms in enumerate(SERIES):
            scope = 1 if terms.company == row[1] else 2 if terms.company in insurers else 3
            grades[place, at] = max(scope, terms.grade_min)
    return grades
