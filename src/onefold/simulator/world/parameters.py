"""Every number of the simulated world. Each public figure has its source; the rest is invented and tuned to the marginals.

Chances are in millionths (ppm), factors in 1024ths, money in minor units (fen), time in days.
"""

from __future__ import annotations

from dataclasses import dataclass

CHUNK = 10_000
"""Customers in a chunk. Chunks share nothing, so this is also the grain of parallel work and of memory."""

WINDOW = 90
HISTORY = 730
"""Days before the full extract from which everything is simulated; what was still held on the first of them is older."""

# How large the group is and how it moves

CONTRACTS_PER_CUSTOMER = (2.92, "Ping An, annual results 2024: contracts per retail customer")
FOUR_OR_MORE_PPM = (256_000, "Ping An, annual results 2024: customers with four contracts or more")
SEVERAL_COMPANIES_PPM = (398_000, "Ping An, annual results 2022: customers with contracts of several companies")
RETENTION_FOUR_PPM = (980_000, "Ping An, annual results 2024: retention of customers with four contracts or more")
RETENTION_ONE_PPM = (865_000, "Ping An, annual results 2024: 11.5 points less for customers with one contract")
RETENTION_ALL_PPM = (909_000, "Ping An, annual results 2024: retention of all customers")

JOINED_IN_HISTORY_PPM = 220_000
"""Customers whose first contract falls into the two simulated years (growth of 4.7 % a year and those who replaced leavers)."""

LEAVES_PER_WINDOW_PPM = (3_000, 20_000, 15_000, 6_500, 5_200, 4_600, 4_200)
"""Leaves the group altogether (death, emigration, quarrel, a better offer), by how many valid contracts the customer has."""

ENDS_PER_WINDOW_PPM = (36_000, 27_000, 21_000, 14_000, 9_500, 7_500, 6_000)
"""Chance that a contract ends in a window, by how many valid ones its holder has (1, 2, ... 7 or more)."""

NOT_RENEWED_PPM = 800_000
"""Of the ends of a yearly contract: simply not renewed. The rest is cancelled within the year."""

FREE_LOOK_PPM = 18_000
HOLDOUT_PPM = 50_000
BLOCKED_PPM = 24_000
MOVED_PPM, NEW_PHONE_PPM, NEW_SURNAME_PPM = 120_000, 70_000, 3_000
FOREIGN_PPM, MINORITY_PPM = 5_000, 9_000
EMAIL_PPM = 380_000
ABLE_TO_WAIT = 45
"""A contract that follows a contact is signed within so many days of it."""

# What companies are told of circumstances: chance (ppm) by company that it asks or learns, all invented

RISK_TESTED_PPM = {"HBANK": 250_000, "HSEC": 940_000, "HFUND": 900_000}
TESTED_AGAIN_PPM = 550_000
INCOME_ASKED_PPM = {"HLIFE": 350_000, "HBANK": 400_000, "HSEC": 500_000, "HFUND": 300_000}
INCOME_UNDERSTATED_PPM, INCOME_GROWTH_PERCENT = 120_000, 4
DIED_PPM = (20_000, 20_000, 30_000, 40_000, 80_000, 250_000, 700_000)
"""Of those who leave the group: died, by age band."""
CLOSED_PPM = 300_000
"""Of the organisations that leave the group: closed down or in liquidation."""
GONE_LEARNT_PPM = {"HLIFE": 900_000, "HBANK": 700_000, "HFUND": 300_000}
MIXED_UP_PPM = {"HLIFE": 300, "HBANK": 150}
"""A living customer taken for a dead namesake."""
VERY_OLD, LIMITED_OLD_PPM, LIMITED_PPM = 78, 60_000, 1_500
CAPACITY_KNOWN_PPM = {"HLIFE": 800_000, "HBANK": 600_000}
PROFILING_REFUSED_PPM = {"HLIFE": 3_000, "HBANK": 6_000, "HFUND": 12_000}

# How many contracts a customer came with (weights of 1, 2, 3, ...), and a customer who joined lately

FIRST_CONTRACTS = (410, 189, 104, 54, 37, 32, 31, 29, 27, 24, 21, 17, 14, 11, 9, 8)
FIRST_CONTRACTS_NEW = (700, 190, 70, 25, 10, 5)
STAYS_IN_COMPANY_PPM = 300_000
"""Customers all of whose first contracts are with one company, whatever their number."""


@dataclass(frozen=True)
class SeriesTerms:
    """A product series as the simulated customers see it.

    `order`: place in the natural order of acquisition; `renewable`: written for a year and renewed as a new contract;
    `years`: stated terms to choose from (0 = open); `amount`: yearly premium, balance or limit of a middle income, in minor
    units; `most`: contracts one customer may have at once; `own`: chance of buying by own need in a window, at rest.
    """

    code: str
    kinds: str
    order: int
    renewable: bool
    years: tuple[int, ...]
    amount: int
    most: int
    own: int
    first: int
    age_min: int = 18
    age_max: int = 150
    grade_min: int = 1
    products: tuple[str, ...] = ("STD",)

    @property
    def company(self) -> str:
        return self.code.split(".")[0]


# Natural order of acquisition: Li, Sun, Wilcox 2005 (financial maturity); the numbers are invented.
SERIES = (
    SeriesTerms("HLIFE.TERM", "PERSON", 4, False, (10,), 180_000, 2, 4_600, 55, 18, 60, products=("STD", "PLUS")),
    SeriesTerms("HLIFE.WHOLE", "PERSON", 6, False, (0,), 960_000, 2, 2_400, 70, 18, 65),
    SeriesTerms("HLIFE.ANNUITY", "PERSON", 6, False, (0,), 2_400_000, 3, 2_600, 60, 18, 65, 2),
    SeriesTerms("HLIFE.CI", "PERSON", 5, False, (0,), 520_000, 2, 4_400, 75, 18, 55),
    SeriesTerms("HPC.MOTOR", "PERSON,ORGANISATION", 3, True, (1,), 420_000, 4, 10_500, 170, products=("STD", "PLUS")),
    SeriesTerms("HPC.HOME", "PERSON", 5, True, (1,), 40_000, 2, 3_300, 16),
    SeriesTerms("HPC.ACCIDENT", "PERSON", 3, True, (1,), 30_000, 2, 8_000, 50, 18, 65),
    SeriesTerms("HPC.LIABILITY", "ORGANISATION", 2, True, (1,), 1_800_000, 2, 20_000, 60, grade_min=2),
    SeriesTerms("HHEALTH.MEDICAL", "PERSON", 4, True, (1,), 60_000, 2, 8_000, 75, 18, 60, products=("STD", "PLUS")),
    SeriesTerms("HHEALTH.GROUP", "ORGANISATION", 3, True, (1,), 9_000_000, 1, 16_000, 30, grade_min=2),
    SeriesTerms("HPENSION.PERSONAL", "PERSON", 6, False, (0,), 1_200_000, 1, 3_300, 14, 18, 60),
    SeriesTerms("HPENSION.CORPORATE", "ORGANISATION", 4, False, (0,), 30_000_000, 1, 9_000, 20, grade_min=2),
    SeriesTerms("HBANK.DEPOSIT", "PERSON,ORGANISATION", 1, False, (0,), 6_000_000, 4, 7_000, 170, 0),
    SeriesTerms("HBANK.CARD", "PERSON", 1, False, (0,), 3_000_000, 3, 12_500, 235, 18, 70, products=("STD", "PLUS")),
    SeriesTerms("HBANK.LOAN", "PERSON,ORGANISATION", 4, False, (1, 3, 5, 20, 30), 40_000_000, 3, 4_200, 40, 18, 65, 2),
    SeriesTerms("HSEC.BROKERAGE", "PERSON", 5, False, (0,), 8_000_000, 1, 4_000, 38, grade_min=2),
    SeriesTerms("HFUND.MONEY", "PERSON", 3, False, (0,), 2_000_000, 3, 7_400, 46),
    SeriesTerms("HFUND.EQUITY", "PERSON", 6, False, (0,), 3_000_000, 4, 4_000, 26, 18, 70, 2),
    SeriesTerms("HTRUST.FAMILY", "PERSON", 8, False, (0,), 500_000_000, 1, 320, 2, 30, grade_min=3),
)
CODES = tuple(terms.code for terms in SERIES)
PLACE_OF = {code: place for place, code in enumerate(CODES)}
COMPANIES = ("HLIFE", "HPC", "HHEALTH", "HPENSION", "HBANK", "HSEC", "HFUND", "HTRUST")

# Latent needs: factor (1024ths) of a series by age band, income band, family and life event, all invented.
# Age bands: under 18, -24, -34, -44, -54, -64, 65+. Incomes: five bands. Families: single, couple, with children.

AGE_BANDS = (18, 25, 35, 45, 55, 65)
NEED_BY_AGE = {
    "HLIFE.TERM": (0, 400, 1700, 1800, 900, 200, 0),
    "HLIFE.WHOLE": (0, 200, 700, 1300, 1600, 900, 100),
    "HLIFE.ANNUITY": (0, 100, 500, 1100, 1900, 1500, 100),
    "HLIFE.CI": (0, 500, 1500, 1600, 900, 100, 0),
    "HPC.MOTOR": (0, 500, 1300, 1400, 1100, 700, 300),
    "HPC.HOME": (0, 200, 800, 1200, 1300, 1100, 900),
    "HPC.ACCIDENT": (0, 900, 1200, 1100, 1000, 800, 100),
    "HHEALTH.MEDICAL": (0, 800, 1300, 1400, 1200, 500, 0),
    "HPENSION.PERSONAL": (0, 100, 700, 1300, 1700, 500, 0),
    "HBANK.DEPOSIT": (1500, 800, 700, 900, 1200, 1600, 1900),
    "HBANK.CARD": (0, 1700, 1500, 1100, 700, 400, 100),
    "HBANK.LOAN": (0, 400, 1900, 1400, 700, 200, 0),
    "HSEC.BROKERAGE": (0, 400, 1200, 1300, 1100, 700, 300),
    "HFUND.MONEY": (0, 1400, 1500, 1000, 800, 600, 400),
    "HFUND.EQUITY": (0, 500, 1400, 1300, 1000, 500, 100),
    "HTRUST.FAMILY": (0, 0, 200, 900, 1700, 1700, 1100),
}
NEED_BY_INCOME = {
    "HLIFE.TERM": (700, 1000, 1200, 1100, 700),
    "HLIFE.WHOLE": (300, 700, 1100, 1600, 2000),
    "HLIFE.ANNUITY": (200, 600, 1000, 1800, 2600),
    "HLIFE.CI": (500, 900, 1200, 1400, 1200),
    "HPC.MOTOR": (500, 900, 1200, 1400, 1600),
    "HPC.HOME": (500, 800, 1100, 1500, 1900),
    "HHEALTH.MEDICAL": (700, 1000, 1200, 1100, 900),
    "HPENSION.PERSONAL": (100, 500, 1100, 1900, 2600),
    "HBANK.LOAN": (700, 1100, 1200, 1000, 700),
    "HSEC.BROKERAGE": (200, 600, 1100, 1900, 2800),
    "HFUND.EQUITY": (200, 600, 1100, 1900, 2600),
    "HTRUST.FAMILY": (0, 0, 60, 600, 9000),
}
NEED_BY_FAMILY = {
    "HLIFE.TERM": (600, 1000, 1600), "HLIFE.CI": (800, 1000, 1300), "HPC.HOME": (600, 1200, 1300),
    "HHEALTH.MEDICAL": (800, 1000, 1300), "HBANK.LOAN": (700, 1300, 1200), "HTRUST.FAMILY": (500, 1000, 1500),
}  # fmt: skip
STAGES = (
    "CHILD",
    "YOUNG_SINGLE",
    "SINGLE",
    "COUPLE",
    "YOUNG_FAMILY",
    "FAMILY",
    "EMPTY_NEST",
    "RETIRED",
    "ORGANISATION",
)
EVENTS = ("NONE", "MARRIAGE", "CHILD_BORN", "HOME_BOUGHT", "JOB_CHANGE", "RETIREMENT", "MOVE")
EVENT_IN_TWO_YEARS = (690_000, 50_000, 60_000, 60_000, 90_000, 20_000, 30_000)
NEED_BY_EVENT = {
    "MARRIAGE": {"HPC.HOME": 3000, "HLIFE.TERM": 2500, "HBANK.LOAN": 2500, "HBANK.DEPOSIT": 1500},
    "CHILD_BORN": {"HLIFE.CI": 4000, "HLIFE.TERM": 4000, "HHEALTH.MEDICAL": 3500, "HLIFE.WHOLE": 2000},
    "HOME_BOUGHT": {"HPC.HOME": 12000, "HBANK.LOAN": 8000, "HLIFE.TERM": 3000, "HBANK.CARD": 1800},
    "JOB_CHANGE": {"HBANK.CARD": 2500, "HPENSION.PERSONAL": 3000, "HHEALTH.MEDICAL": 2500, "HFUND.MONEY": 1800},
    "RETIREMENT": {"HLIFE.ANNUITY": 3500, "HBANK.DEPOSIT": 4000, "HFUND.EQUITY": 500},
    "MOVE": {"HPC.HOME": 4000, "HPC.MOTOR": 1600, "HBANK.CARD": 1400},
}
ORDER_FACTOR = ((1100, 1100, 1100), (900, 1150, 1250), (450, 1000, 1500), (250, 800, 1700))
"""Factor by how far a series lies up the order (1-2, 3-4, 5-6, 7-8) and how many series are held (0-1, 2-3, 4 or more)."""

ENGAGEMENT = (250, 400, 550, 700, 850, 1000, 1150, 1400, 1900, 3000)
"""Ten equally large groups of customers by how often they buy anything at all."""

AGAIN_PPM = 2_600
"""Chance of one more contract of a series already held, where more than one is natural."""
