"""How often companies are wrong, in millionths: the one table of it. Columns in the order of COMPANIES.

`SAYS_WRONG` loads all the same: the person is hard to know again. `IS_SET_ASIDE` is what a gate must not let in; of one row at
most one of those is true. Where a company's feed says `on_bad: empty` for the column (see DROPPED) only the value is lost.
"""

from __future__ import annotations

COMPANIES = ("HLIFE", "HPC", "HHEALTH", "HPENSION", "HBANK", "HSEC", "HFUND", "HTRUST")
MILLION = 1_000_000

SAYS_WRONG: dict[str, tuple[int, ...]] = {
    #                     HLIFE    HPC      HHEALTH  HPENSION HBANK    HSEC     HFUND    HTRUST
    "NAME_TYPO":         (4_000,   9_000,   3_000,   6_000,   1_500,   1_500,   5_000,   1_000),
    "NAME_VARIANT":      (4_000,   12_000,  2_000,   15_000,  6_000,   1_000,   2_000,   3_000),
    "NAME_SPACED":       (1_000,   4_000,   500,     250_000, 1_000,   500,     4_000,   20_000),
    "SEX_WRONG":         (600,     1_500,   800,     0,       300,     0,       1_200,   200),
    "PHONE_SHARED":      (9_000,   22_000,  2_000,   6_000,   1_500,   1_000,   1_500,   500),
    "PHONE_MISSING":     (30_000,  50_000,  350_000, 60_000,  20_000,  10_000,  0,       5_000),
    "EMAIL_MISSING":     (300_000, 0,       200_000, 500_000, 0,       100_000, 50_000,  200_000),
    "ADDRESS_ODD":       (3_000,   5_000,   0,       4_000,   2_000,   2_000,   0,       2_000),
    "ADDRESS_SHORT":     (30_000,  80_000,  0,       40_000,  15_000,  10_000,  0,       5_000),
    "BIRTH_DEFAULT":     (1_500,   9_000,   1_000,   0,       800,     0,       6_000,   0),
    "BIRTH_MISSING":     (500,     25_000,  1_000,   0,       1_000,   0,       30_000,  0),
    "ID_MISSING":        (8_000,   60_000,  25_000,  4_000,   0,       0,       220_000, 0),
    "ID_OF_15":          (8_000,   6_000,   0,       300_000, 2_000,   0,       0,       40_000),
    "ID_LOWER_X":        (60_000,  150_000, 20_000,  0,       900_000, 0,       100_000, 0),
    "DIGITS_FULL_WIDTH": (500,     2_500,   200,     12_000,  200,     0,       300,     6_000),
    "PHONE_DRESSED":     (20_000,  40_000,  5_000,   30_000,  400_000, 5_000,   15_000,  60_000),
}  # fmt: skip
"""Told of a record for as long as the company has it. PHONE_DRESSED: 138-0000-0000 or +86; ADDRESS_ODD: a delimiter, quotes or a
line break inside; PHONE_SHARED: the seller's own number instead of the customer's."""

IS_SET_ASIDE: dict[str, dict[str, tuple[int, ...]]] = {
    #                      HLIFE    HPC      HHEALTH  HPENSION HBANK    HSEC     HFUND    HTRUST
    "customers": {
        "ID_CHECKSUM":     (600,     4_000,   1_500,   1_200,   150,     300,     2_500,   500),
        "BIRTH_IMPOSSIBLE": (250,    1_200,   400,     0,       100,     0,       600,     0),
        "NAME_MISSING":    (100,     300,     150,     100,     50,      50,      200,     0),
        "ID_TYPE_UNKNOWN": (100,     250,     200,     150,     100,     80,      0,       0),
        "ROW_UNQUOTED":    (0,       0,       0,       0,       200,     0,       0,       0),
        "ROW_DOUBLED":     (300,     800,     200,     500,     100,     100,     300,     0),
        "KEY_REPEATED":    (150,     400,     100,     200,     50,      50,      150,     0),
    },
    "contracts": {
        "PRODUCT_UNKNOWN": (150,     300,     150,     200,     50,      0,       100,     0),
        "STATUS_UNKNOWN":  (100,     150,     150,     100,     50,      50,      50,      0),
        "DATE_IMPOSSIBLE": (150,     300,     200,     150,     50,      50,      50,      0),
        "AMOUNT_GROUPED":  (400,     0,       150,     300,     50,      0,       100,     0),
        "ROW_DOUBLED":     (200,     500,     200,     300,     50,      50,      200,     0),
        "KEY_REPEATED":    (80,      0,       50,      80,      20,      20,      50,      0),
    },
    "consents": {
        "PURPOSE_UNKNOWN": (100,     150,     100,     100,     50,      50,      50,      0),
        "DATE_IMPOSSIBLE": (150,     200,     100,     150,     50,      50,      50,      0),
    },
    "contact_blocks": {
        "DATE_IMPOSSIBLE": (300,     400,     200,     200,     100,     100,     100,     0),
    },
    "circumstances": {
        "VALUE_UNKNOWN":   (300,     0,       0,       0,       200,     100,     400,     0),
        "DATE_IMPOSSIBLE": (200,     0,       0,       0,       100,     100,     150,     0),
    },
    "past_contacts": {
        "OUTCOME_UNKNOWN": (200,     300,     100,     150,     100,     50,      0,       0),
        "DATE_IMPOSSIBLE": (100,     150,     50,      100,     50,      50,      0,       0),
    },
    "claims": {
        "AMOUNT_GROUPED":  (200,     300,     0,       150,     0,       0,       0,       0),
        "DATE_IMPOSSIBLE": (100,     150,     0,       100,     0,       0,       0,       0),
    },
}  # fmt: skip
"""Told of a row. ROW_DOUBLED stands twice alike (the second is a repetition, nothing is set aside); KEY_REPEATED twice differently
(the first stands). HPC's policies state a total, so its amounts are sound; HTRUST is small and careful."""

CORRECTED_PPM, CORRECTED_WITHIN_DAYS = 600_000, 12
"""How many of the customers set aside in the full extract the company puts right, and how soon after the third day."""

RULES: dict[str, tuple[str, str]] = {
    "ID_CHECKSUM": ("id_number", "ID_CHECKSUM"),
    "BIRTH_IMPOSSIBLE": ("born_on", "NOT_A_DATE"),
    "NAME_MISSING": ("name", "REQUIRED"),
    "ID_TYPE_UNKNOWN": ("id_type", "UNKNOWN_CODE"),
    "ROW_UNQUOTED": ("", "FIELD_COUNT"),
    "KEY_REPEATED": ("", "KEY_REPEATED"),
    "PERIOD_EMPTY": ("valid_until", "PERIOD_EMPTY"),
    "CUSTOMER_LOST": ("source_key", "UNKNOWN_CUSTOMER"),
    "RELATIVE_LOST": ("other_source_key", "UNKNOWN_CUSTOMER"),
    "CONTRACT_LOST": ("contract_no", "UNKNOWN_CONTRACT"),
    "PRODUCT_UNKNOWN": ("product", "UNKNOWN_CODE"),
    "STATUS_UNKNOWN": ("status", "UNKNOWN_CODE"),
    "PURPOSE_UNKNOWN": ("purpose", "UNKNOWN_CODE"),
    "OUTCOME_UNKNOWN": ("outcome", "UNKNOWN_CODE"),
    "VALUE_UNKNOWN": ("value", "UNKNOWN_CODE"),
    "DATE_IMPOSSIBLE": ("", "NOT_A_DATE"),
    "AMOUNT_GROUPED": ("", "AMOUNT_NOT_A_NUMBER"),
}
"""Kind → field at fault (empty: told by the list, see `FIRST_DATE`, `FIRST_AMOUNT`, or by none) and the gate's rule. The last four
are nobody's mistake in that row: a contract that ended before it began, and what hangs on a customer, relative or contract of whom no
row was ever let in."""

FIRST_DATE = {
    "contracts": "valid_from", "consents": "valid_from", "contact_blocks": "valid_from", "past_contacts": "happened_on",
    "claims": "happened_on", "circumstances": "told_on",
}  # fmt: skip
FIRST_AMOUNT = {"contracts": "premium_minor", "claims": "claimed_minor"}

DROPPED = frozenset(
    {("HPC", "id_number"), ("HHEALTH", "id_number"), ("HFUND", "id_number"), ("HPC", "born_on"), ("HFUND", "born_on")}
)
"""Columns whose feed says `on_bad: empty`: dealers and members type those in themselves, and the company would rather have the
customer without them. Life, pension, bank, brokerage and trust check a document, so with them a bad number is an error."""
