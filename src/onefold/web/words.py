"""What stored codes are called on screen. One word for one thing, the glossary's; a context where a word means several."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = Mapping[str, str | Promise]

OUTCOMES: Words = {
    "CALLED": _("Called"),
    "NOT_REACHED": _("Not reached"),
    "INTERESTED": _("Interested"),
    "NOT_UNTIL": _("Not until …"),
    "DECLINED": _("Declined"),
    "DO_NOT_CONTACT": _("Do not contact"),
}
PLANS: Words = {
    "CALL": pgettext_lazy("plan", "Call"),
    "VISIT": pgettext_lazy("plan", "Visit"),
    "TASK": pgettext_lazy("plan", "Task"),
}
REFERRAL_STATES: Words = {
    "OFFERED": pgettext_lazy("referral", "Waiting"),
    "ACCEPTED": pgettext_lazy("referral", "Accepted"),
    "DECLINED": pgettext_lazy("referral", "Not accepted"),
    "WITHDRAWN": pgettext_lazy("referral", "Taken back"),
    "EXPIRED": pgettext_lazy("referral", "Not accepted in time"),
    "CLOSED": pgettext_lazy("referral", "Closed"),
}
ACTIONS: Words = {
    "SELL": _("You may sell this"),
    "REFER": _("Refer it to a colleague"),
    "ACCOMPANY": _("Go with a specialist"),
    "LEARN": _("Not yet: learn first"),
}
ORDER_STATES: Words = {
    "QUOTING": pgettext_lazy("order", "The price is being asked"),
    "QUOTE_UNKNOWN": pgettext_lazy("order", "The price is being asked"),
    "PROPOSED": pgettext_lazy("order", "Proposed"),
    "DISCLOSED": pgettext_lazy("order", "Ready to apply"),
    "UNDERWRITING": pgettext_lazy("order", "Being decided"),
    "UNDERWRITE_UNKNOWN": pgettext_lazy("order", "Being decided"),
    "REFERRED": pgettext_lazy("order", "With an underwriter"),
    "COUNTERED": pgettext_lazy("order", "Accepted at another price"),
    "ACCEPTED": pgettext_lazy("order", "Accepted, to be paid"),
    "AUTHORISING": pgettext_lazy("order", "Being paid"),
    "AUTHORISE_UNKNOWN": pgettext_lazy("order", "Being paid"),
    "AUTHORISED": pgettext_lazy("order", "Payment is waiting for the others"),
    "CAPTURING": pgettext_lazy("order", "Being paid"),
    "CAPTURE_UNKNOWN": pgettext_lazy("order", "Being paid"),
    "ISSUING": pgettext_lazy("order", "The contract is being issued"),
    "ISSUE_UNKNOWN": pgettext_lazy("order", "The contract is being issued"),
    "ISSUED": pgettext_lazy("order", "Covered"),
    "IN_FORCE": pgettext_lazy("order", "Covered"),
    "WITHDRAWING": pgettext_lazy("order", "Being cancelled"),
    "WITHDRAW_UNKNOWN": pgettext_lazy("order", "Being cancelled"),
    "VOIDING": pgettext_lazy("order", "The payment is being let go"),
    "VOID_UNKNOWN": pgettext_lazy("order", "The payment is being let go"),
    "REFUNDING": pgettext_lazy("order", "The money is on its way back"),
    "REFUND_UNKNOWN": pgettext_lazy("order", "The money is on its way back"),
    "CANCELLED_REFUNDED": pgettext_lazy("order", "Cancelled, all money back"),
    "VOID_UNPAID": pgettext_lazy("order", "Ended, nothing paid"),
    "VOID_REFUNDED": pgettext_lazy("order", "Ended, all money back"),
}
ORDER_STEPS: Words = {
    "QUOTE": pgettext_lazy("order step", "Price"),
    "UNDERWRITE": pgettext_lazy("order step", "Underwriting"),
    "AUTHORISE": pgettext_lazy("order step", "Authorisation of the payment"),
    "CAPTURE": pgettext_lazy("order step", "Payment"),
    "ISSUE": pgettext_lazy("order step", "Issue of the contract"),
    "WITHDRAW": pgettext_lazy("order step", "Taking the contract back"),
    "VOID": pgettext_lazy("order step", "Letting go of the payment"),
    "REFUND": pgettext_lazy("order step", "Refund"),
}
CONTRACT_STATES: Words = {
    "IN_FORCE": pgettext_lazy("contract", "In force"),
    "LAPSED": pgettext_lazy("contract", "Lapsed"),
    "CANCELLED": pgettext_lazy("contract", "Cancelled"),
    "EXPIRED": pgettext_lazy("contract", "Expired"),
    "SURRENDERED": pgettext_lazy("contract", "Surrendered"),
    "NO_LONGER_REPORTED": pgettext_lazy("contract", "No longer reported"),
}
PURPOSES: Words = {"MARKETING": pgettext_lazy("purpose", "Offers"), "SERVICE": pgettext_lazy("purpose", "Service")}
CATEGORIES: Words = {
    "BASIC": pgettext_lazy("data category", "Basic data"),
    "HOLDINGS": pgettext_lazy("data category", "Holdings"),
    "CONTACTS": pgettext_lazy("data category", "Contacts"),
    "CLAIMS": pgettext_lazy("data category", "Claims"),
    "CIRCUMSTANCES": pgettext_lazy("data category", "Circumstances"),
}
BASES: Words = {
    "ID_NUMBER": _("Same id number"),
    "NAME_BIRTH_PHONE": _("Same name, date of birth and phone"),
    "PROBABLE": _("Very probably the same customer"),
    "ALONE": _("Known to this company only"),
}
KINDS: Words = {"PERSON": _("Person"), "ORGANISATION": _("Organisation")}
PILLARS: Words = {"INSURANCE": _("Insurance"), "BANKING": _("Banking"), "INVESTMENT": _("Investment")}
GRADES: Words = {
    "1": pgettext_lazy("grade", "Bronze"),
    "2": pgettext_lazy("grade", "Silver"),
    "3": pgettext_lazy("grade", "Gold"),
}
SEXES: Words = {"F": _("Female"), "M": _("Male")}
RUN_STATES: Words = {
    "WAITING": pgettext_lazy("run", "Waiting"),
    "RUNNING": pgettext_lazy("run", "Running"),
    "PUBLISHED": pgettext_lazy("run", "Published"),
    "UNCHANGED": pgettext_lazy("run", "Nothing new: the release stays"),
    "FAILED": pgettext_lazy("run", "Failed"),
    "HELD": pgettext_lazy("run", "Held: two persons must let it pass"),
    "DROPPED": pgettext_lazy("run", "Dropped: the release stays"),
}
BATCH_OUTCOMES: Words = {
    "RECEIVED": pgettext_lazy("batch", "Received, waiting for a run"),
    "LOADED": pgettext_lazy("batch", "Loaded"),
    "REFUSED": pgettext_lazy("batch", "Refused"),
    "DUPLICATE_FILE": pgettext_lazy("batch", "Received before"),
}
LINES: Words = {
    "ACCIDENT": pgettext_lazy("line of business", "Accident"),
    "ANNUITY": pgettext_lazy("line of business", "Annuity"),
    "BROKERAGE": pgettext_lazy("line of business", "Brokerage"),
    "CARD": pgettext_lazy("line of business", "Credit card"),
    "CRITICAL_ILLNESS": pgettext_lazy("line of business", "Critical illness"),
    "DEPOSIT": pgettext_lazy("line of business", "Deposit"),
    "ENTERPRISE_ANNUITY": pgettext_lazy("line of business", "Enterprise annuity"),
    "FUND": pgettext_lazy("line of business", "Fund"),
    "GROUP_HEALTH": pgettext_lazy("line of business", "Group health"),
    "HOME": pgettext_lazy("line of business", "Home"),
    "LIABILITY": pgettext_lazy("line of business", "Liability"),
    "LIFE": pgettext_lazy("line of business", "Life"),
    "LOAN": pgettext_lazy("line of business", "Loan"),
    "MEDICAL": pgettext_lazy("line of business", "Medical"),
    "MOTOR": pgettext_lazy("line of business", "Motor"),
    "PENSION": pgettext_lazy("line of business", "Pension"),
    "TRUST": pgettext_lazy("line of business", "Trust"),
}

NEED_SOURCES: Words = {
    "COUNTER": pgettext_lazy("where a customer asked", "at a counter"),
    "CALL_CENTRE": pgettext_lazy("where a customer asked", "by telephone"),
    "SELLER": pgettext_lazy("where a customer asked", "told you"),
    "PORTAL": pgettext_lazy("where a customer asked", "in the portal"),
}
MOVEMENTS: Words = {
    "ACCRUED": pgettext_lazy("money", "Accrued"),
    "VESTED": pgettext_lazy("money", "Earned"),
    "CANCELLED": pgettext_lazy("money", "Cancelled"),
    "CLAWED_BACK": pgettext_lazy("money", "Clawed back"),
}
SALE_ROLES: Words = {
    "SELLER": pgettext_lazy("role in a sale", "Seller"),
    "REFERRER": pgettext_lazy("role in a sale", "Referrer"),
    "ACCOMPANYING": pgettext_lazy("role in a sale", "Accompanying specialist"),
    "SERVICER": pgettext_lazy("role in a sale", "Servicer"),
}
LINE_KINDS: Words = {
    "FEE": pgettext_lazy("money", "Fee between companies"),
    "COMMISSION": pgettext_lazy("money", "Commission"),
}
LINE_PARTS: Words = {
    "NOW": pgettext_lazy("money", "after the free look"),
    "DEFERRED": pgettext_lazy("money", "deferred"),
}
UNPAID_REASONS: Words = {
    "NO_AGREEMENT": _("No agency agreement was in force when it was sold"),
    "NO_PLAN": _("There is no fee plan for it"),
    "SELLER_UNLICENSED": _("The seller was not licensed"),
    "NOTHING_DUE": _("The plan gives nothing for it"),
    "ABOVE_CEILING": _("The plan is above its filed ceiling"),
    "VOLUME_ALONE": _("The plan rests on volume alone"),
    "PAYS_MORE_THAN_IT_GETS": _("The selling company would pay more than it gets"),
    "PERSISTENCY_WITHOUT_DEFERRED": _("The plan names persistency and defers nothing"),
    "RATE_IMPOSSIBLE": _("The plan has an impossible rate"),
}
ENDINGS: Words = {
    "FREE_LOOK": pgettext_lazy("ending", "Free look"),
    "BUNDLE": pgettext_lazy("ending", "The bundle fell apart"),
    "COMPLAINT": pgettext_lazy("ending", "Complaint upheld"),
    "MIS_SOLD": pgettext_lazy("ending", "Mis-sold"),
    "SURRENDER": pgettext_lazy("ending", "Surrendered"),
    "SURRENDERED": pgettext_lazy("ending", "Surrendered"),
    "CANCELLED": pgettext_lazy("ending", "Cancelled"),
    "LAPSED": pgettext_lazy("ending", "Lapsed"),
}
DEALINGS: Words = {
    "ORDINARY": pgettext_lazy("dealing", "Ordinary"),
    "MAJOR_SINGLE": pgettext_lazy("dealing", "Major: a single one"),
    "MAJOR_YEAR": pgettext_lazy("dealing", "Major: the year's sum"),
}
ACCOUNTS: Words = {
    "FEE_EXPENSE": pgettext_lazy("account", "Fee expense"),
    "FEE_INCOME": pgettext_lazy("account", "Fee income"),
    "FEE_ACCRUED_PAYABLE": pgettext_lazy("account", "Fees accrued, to be paid"),
    "FEE_ACCRUED_RECEIVABLE": pgettext_lazy("account", "Fees accrued, to be received"),
    "FEE_PAYABLE": pgettext_lazy("account", "Fees payable"),
    "FEE_RECEIVABLE": pgettext_lazy("account", "Fees receivable"),
    "CLEARING": pgettext_lazy("account", "Clearing between companies"),
    "VAT_INPUT": pgettext_lazy("account", "Input VAT"),
    "VAT_OUTPUT": pgettext_lazy("account", "Output VAT"),
    "COMMISSION_EXPENSE": pgettext_lazy("account", "Commission expense"),
    "COMMISSION_ACCRUED": pgettext_lazy("account", "Commission accrued"),
    "COMMISSION_PAYABLE": pgettext_lazy("account", "Commission payable"),
    "COMMISSION_TO_PAY": pgettext_lazy("account", "Commission to pay out"),
    "TAX_WITHHELD": pgettext_lazy("account", "Tax withheld"),
}


STEPS: Words = {
    "export": _("taking along what the rooms know"),
    "catalogue": _("catalogue"),
    "exports": _("taking along what the rooms know"),
    "landing": _("reading the files"),
    "linkage": _("finding out who is who"),
    "holdout": _("drawing the holdout"),
    "holdings": _("what each customer holds"),
    "spells": _("from when to when"),
    "active_spells": _("from when to when"),
    "indicators": _("measuring"),
    "customer_features": _("what is known of each customer"),
    "models": _("learning"),
    "scores": _("estimating chances"),
    "decisions": _("deciding"),
    "offers": _("choosing leads"),
    "lift": _("comparing with the holdout"),
    "pictures": _("counting for the cockpit"),
    "defects": _("what defects cost"),
    "checks": _("checking the release"),
    "activate": _("publishing"),
}
"""What a run is doing, by the name of the step; every room that is staged is publishing."""


def step_words(step: str) -> str:
    return word(STEPS, "activate" if step.startswith("stage") else step)


def word(words: Words, code: str | None) -> str:
    """Return the word for a code; a code without a word stands for itself, so that nothing new is ever hidden."""
    return str(words.get(code, code)) if code else ""
