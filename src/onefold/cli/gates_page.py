"""The page of the gates: what each forbids, in both languages, and the rulebook's values behind it."""

from __future__ import annotations

import json

from onefold.decision.gates import ASKS, OF_OUR_APPROACH, OF_SELLER, TRIGGERS, Gate
from onefold.decision.reasons import WORDS
from onefold.policy import Rulebook, load
from onefold.policy.dated import DatedValue

PARAMETERS: dict[Gate, tuple[str, ...]] = {
    Gate.GRADE_TOO_LOW: ("suitability.grade_for_scope",),
    Gate.SUPPRESSED: ("contact.declined_silence_days", "contact.not_until_days_max"),
    Gate.NO_CAPACITY: ("suitability.capacity_age",),
    Gate.LIMITED_CAPACITY: ("suitability.adult_age", "suitability.guarded_risk_max"),
    Gate.QUIET_TIME: ("contact.quiet_time",),
    Gate.CONTACTED_ENOUGH: ("contact.household_contacts",),
    Gate.OTHER_COMPANY_FIRST: ("contact.other_company_rest",),
    Gate.HELD_OUT: ("contact.holdout_share_ppm",),
    Gate.REGION_NOT_LICENSED: ("suitability.regions_licensed",),
    Gate.NOT_REGISTERED: ("suitability.register_asked",),
    Gate.SECOND_LIFE_INSURER: ("suitability.life_insurers",),
    Gate.RISK_TOO_HIGH: (
        "suitability.product_risk",
        "suitability.risk_test_from",
        "suitability.risk_result_valid_months",
    ),
    Gate.MEANS_TOO_SMALL: (
        "suitability.burden_max",
        "suitability.outlay_free",
        "suitability.yearly_outlay",
        "suitability.income_bands",
    ),
    Gate.NEED_NOT_FIRST: ("suitability.covered_first",),
    Gate.CANNOT_KEEP_PAYING: ("suitability.burden_warn", "suitability.paying_years", "suitability.retirement_age"),
    Gate.DUPLICATE_COVER: ("suitability.paid_once",),
}
HEAD = """# The gates of a decision

Every gate with its bit in the masks `blocked`, `missing` and `warned`, what it says when it forbids or warns, and the values of the
rulebook it reads: the newest decided one of each, with the day it began. Why each is as it is: [adr/0012](../../adr/0012-gates-worth-and-what-a-seller-may-do.md).
What rests on a person's age, on sale dates and on rights stands in the catalogue and in the companies' lists.
"""


def gates_page() -> str:
    rulebook = load()
    return HEAD + "".join(_section(gate, rulebook) for gate in Gate)


def _section(gate: Gate, rulebook: Rulebook) -> str:
    english, chinese = WORDS["en"][gate], WORDS["zh-Hans"][gate]
    in_english, in_chinese = english.warning or english.against, chinese.warning or chinese.against
    lines = [f"\n## {int(gate)} {gate.name}\n\n", f"{in_english} {in_chinese}\n\n", f"{_kind(gate)}\n"]
    lines += [_parameter(rulebook.values[name]) for name in PARAMETERS.get(gate, ())]
    return "".join(lines) + ("\n" if gate in PARAMETERS else "")


def _kind(gate: Gate) -> str:
    told = ["about the seller" if gate.bit & OF_SELLER else "about the customer and the product"]
    if gate in OF_OUR_APPROACH:
        told.append("limits what we do of our own accord; silent when the customer came with the need")
    if gate in ASKS:
        told.append("what is unknown may be asked on approach, and forbids from advice on")
    if gate in TRIGGERS:
        told.append("advice to stop: who insists confirms it in writing; nobody is called about it")
    return f"*{'; '.join(told)}*\n"


def _parameter(value: DatedValue) -> str:
    newest = value.history[-1]
    shown = json.dumps(newest.value, ensure_ascii=False)
    return (
        f"\n- `{value.name}` = `{shown}` ({value.unit}), since {newest.from_}. {value.meaning['en']} · {value.meaning['zh-Hans']}. "
        f"Reference: {' '.join(newest.reference.split())}"
    )
