"""What stored codes are called on screen. One word for one thing, the glossary's."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

OUTCOMES: Words = {
    "NOT_REACHED": _("Not reached"),
    "INTERESTED": _("Interested"),
    "NOT_UNTIL": _("Not until …"),
    "DECLINED": _("Declined"),
    "DO_NOT_CONTACT": _("Do not contact"),
}
CONTRACT_STATES: Words = {
    "IN_FORCE": _("In force"),
    "LAPSED": _("Lapsed"),
    "CANCELLED": _("Cancelled"),
    "EXPIRED": _("Expired"),
    "SURRENDERED": _("Surrendered"),
    "NO_LONGER_REPORTED": _("No longer reported"),
}
PURPOSES: Words = {"MARKETING": _("Offers"), "SERVICE": _("Service")}
CATEGORIES: Words = {
    "BASIC": _("Basic data"),
    "HOLDINGS": _("Holdings"),
    "CONTACTS": _("Contacts"),
    "CLAIMS": _("Claims"),
}
BASES: Words = {
    "ID_NUMBER": _("Same id number"),
    "NAME_BIRTH_PHONE": _("Same name, date of birth and phone"),
    "ALONE": _("Known to this company only"),
}
KINDS: Words = {"PERSON": _("Person"), "ORGANISATION": _("Organisation")}
PILLARS: Words = {"INSURANCE": _("Insurance"), "BANKING": _("Banking"), "INVESTMENT": _("Investment")}
GRADES: Words = {"1": _("Bronze"), "2": _("Silver"), "3": _("Gold")}
SEXES: Words = {"F": _("Female"), "M": _("Male")}
RUN_STATES: Words = {
    "WAITING": _("Waiting"),
    "RUNNING": _("Running"),
    "PUBLISHED": _("Published"),
    "UNCHANGED": _("Nothing new: the release stays"),
    "FAILED": _("Failed"),
}
BATCH_OUTCOMES: Words = {
    "RECEIVED": _("Received, waiting for a run"),
    "LOADED": _("Loaded"),
    "REFUSED": _("Refused"),
    "DUPLICATE_FILE": _("Received before"),
}
LINES: Words = {
    "ACCIDENT": _("Accident"),
    "ANNUITY": _("Annuity"),
    "BROKERAGE": _("Brokerage"),
    "CARD": _("Credit card"),
    "CRITICAL_ILLNESS": _("Critical illness"),
    "DEPOSIT": _("Deposit"),
    "ENTERPRISE_ANNUITY": _("Enterprise annuity"),
    "FUND": _("Fund"),
    "GROUP_HEALTH": _("Group health"),
    "HOME": _("Home"),
    "LIABILITY": _("Liability"),
    "LIFE": _("Life"),
    "LOAN": _("Loan"),
    "MEDICAL": _("Medical"),
    "MOTOR": _("Motor"),
    "PENSION": _("Pension"),
    "TRUST": _("Trust"),
}


def word(words: Words, code: str | None) -> str:
    """Return the word for a code; a code without a word stands for itself, so that nothing new is ever hidden."""
    return str(words.get(code, code)) if code else ""
