"""Facts this room tells others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LeadAnswered:
    """A seller wrote down what came of a lead."""

    lead_id: str
    code: str


@dataclass(frozen=True)
class AnswerCorrected:
    """A seller took an answer back within minutes: it had been a slip."""

    lead_id: str
    code: str


@dataclass(frozen=True)
class ReminderMade:
    """A seller planned something about a lead."""

    reminder_id: str
    lead_id: str
    kind: str


@dataclass(frozen=True)
class ReminderSettled:
    """What was planned is done, or dropped."""

    reminder_id: str
    how: str


@dataclass(frozen=True)
class ReferralOffered:
    """A seller asked a colleague to take a lead over, or to come along."""

    referral_id: str
    lead_id: str
    kind: str
    to_seller: str


@dataclass(frozen=True)
class ReferralAccepted:
    """The colleague took the lead over, or agreed to come along."""

    referral_id: str
    kind: str
    to_seller: str


@dataclass(frozen=True)
class ReferralDeclined:
    """The colleague left it; the lead is the referrer's again."""

    referral_id: str
    reason: str


@dataclass(frozen=True)
class NeedNoted:
    """A customer asked for something of their own accord."""

    need_id: str
    lead_id: str
    customer_id: str
    series: str
    source: str
    seller: str


@dataclass(frozen=True)
class NeedTakenUp:
    """A seller took what a customer asked for."""

    need_id: str
    lead_id: str
    seller: str


@dataclass(frozen=True)
class NeedPassedOn:
    """What a customer asked for went from one seller to the next."""

    need_id: str
    lead_id: str
    from_seller: str
    to_seller: str


@dataclass(frozen=True)
class NeedWaits:
    """Nobody is left to give it to: what a customer asked for waits for anybody of the company."""

    need_id: str
    company: str


@dataclass(frozen=True)
class OfferRefused:
    """A customer said no to an offer in the portal."""

    lead_id: str


@dataclass(frozen=True)
class ReferralWithdrawn:
    """The referrer took it back before anybody accepted."""

    referral_id: str


@dataclass(frozen=True)
class ReferralExpired:
    """Nobody accepted in time; the lead is the referrer's again."""

    referral_id: str


@dataclass(frozen=True)
class ReferralClosed:
    """What was handed over has come to an end."""

    referral_id: str
    code: str


@dataclass(frozen=True)
class VisitNoted:
    """Two sellers were with a customer. `learned_by`, `closed_by`: empty where nobody did."""

    referral_id: str
    lead_id: str
    held_on: str
    led_by: str
    learned_by: str
    closed_by: str


@dataclass(frozen=True)
class CallLetThrough:
    """A customer's number was handed out to be dialled; at that moment nothing forbade it."""

    call_id: str
    lead_id: str
