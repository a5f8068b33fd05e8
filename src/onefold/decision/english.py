"""Every gate in English."""

from __future__ import annotations

from onefold.decision.gates import Gate
from onefold.decision.words import Words

_ASK_BIRTH = "When was the customer born? Ask the customer, or the company that keeps the contract."

ENGLISH: dict[Gate, Words] = {
    Gate.ALREADY_HELD: Words(
        "The customer does not hold this series yet.",
        "The customer already holds this series.",
        "It is not known whether the customer already holds this series.",
        "Does the customer already hold it? Ask the company that owns the series.",
    ),
    Gate.NO_CONSENT: Words(
        "The customer agreed that the owner company may use the data of the seller's company for offers.",
        "The customer has not agreed that the owner company may use the data of the seller's company for offers.",
        "It is not known whether the customer agreed to the use of the data for offers.",
        "Does the customer agree? Show the current notice and record the answer.",
    ),
    Gate.DO_NOT_CONTACT: Words(
        "The customer has not asked to be left alone.",
        "The customer asked not to be contacted; this holds for every company of the group.",
        "It is not known whether the customer asked not to be contacted.",
        "Did the customer ask to be left alone? Look it up in the list of the group before any contact.",
    ),
    Gate.NOT_ON_SALE: Words(
        "The series is on sale.",
        "The series is not on sale on this day.",
        "It is not known whether the series is on sale on this day.",
        "From when until when is the series on sale? Ask the owner company.",
    ),
    Gate.NO_SELLER: Words(
        "There is a seller who looks after the customer.",
        "There is no seller in force who could make the offer.",
        "It is not known who looks after the customer.",
        "Which seller looks after the customer? Ask the company of the latest contract.",
    ),
    Gate.CHANNEL_NOT_AUTHORISED: Words(
        "The seller's channel may sell this series.",
        "The seller's channel is not authorised to sell this series.",
        "It is not known whether the seller's channel may sell this series.",
        "Is the channel authorised? Ask the cross-selling desk.",
    ),
    Gate.NO_AGENCY_AGREEMENT: Words(
        "The seller's company may sell for the owner company.",
        "No agency agreement in force lets the seller's company sell for the owner company.",
        "It is not known whether an agency agreement between the two companies is in force.",
        "Is there a written agreement in force? Ask the cross-selling desk.",
    ),
    Gate.GRADE_TOO_LOW: Words(
        "The seller's grade is high enough for this series.",
        "The seller's grade is too low for this series.",
        "The seller's grade is not known.",
        "Which grade does the seller have? Ask the company the seller is registered with.",
    ),
    Gate.TOO_YOUNG: Words(
        "The customer is not too young for this series.",
        "The customer is too young for this series, or may be: the month of birth alone does not rule it out.",
        "The customer's date of birth is not known, and the series has a lowest age.",
        _ASK_BIRTH,
    ),
    Gate.TOO_OLD: Words(
        "The customer is not too old for this series.",
        "The customer is too old for this series, or may be: the month of birth alone does not rule it out.",
        "The customer's date of birth is not known, and the series has a highest age.",
        _ASK_BIRTH,
    ),
    Gate.SUPPRESSED: Words(
        "The customer has not put off this series.",
        "The customer asked not to be offered this series before a later day.",
        "It is not known whether the customer put off this series.",
        "Until when does the customer not want to be asked? Look at the last answers.",
    ),
    Gate.CUSTOMER_GONE: Words(
        "No company reports that the customer died, closed down or is being wound up.",
        "A company reports that the customer died, closed down or is being wound up.",
        "It is not known whether the customer is still there.",
        "Is the customer still there? Ask the company that last had contact.",
    ),
    Gate.NO_CAPACITY: Words(
        "The customer can conclude contracts.",
        "The customer cannot conclude contracts, so nothing may be sold.",
        "The customer's date of birth is not known, so neither is whether the customer may conclude contracts.",
        _ASK_BIRTH,
    ),
    Gate.LIMITED_CAPACITY: Words(
        "The customer decides alone.",
        "The customer may not decide alone, and this series is too risky to be sold with a guardian.",
        "It is not known whether the customer may decide alone.",
        "May the customer decide alone? Ask the customer's own bank or insurer.",
        "The customer may not decide alone: the guardian must be present and agree.",
    ),
    Gate.PROFILING_REFUSED: Words(
        "The customer has not refused offers chosen in person.",
        "The customer refused offers chosen in person.",
        "It is not known whether the customer refused offers chosen in person.",
        "Does the customer want offers chosen in person? Show the notice and record the answer.",
        "The customer refused offers chosen in person: the order follows what holds for everybody.",
    ),
    Gate.QUIET_TIME: Words(
        "It is not a quiet time.",
        "No sales call may be made at this hour.",
        "It is not known what time it is where the customer is.",
        "What time is it where the customer is? Look at the region.",
    ),
    Gate.CONTACTED_ENOUGH: Words(
        "The household was not contacted too often of late.",
        "The companies of the group have contacted this household often enough for now.",
        "It is not known how often the household was contacted.",
        "How often was the household contacted? Look at the contacts of all companies.",
    ),
    Gate.OTHER_COMPANY_FIRST: Words(
        "No other company of the group is talking to this household.",
        "Another company of the group is talking to this household; it came first.",
        "It is not known whether another company is talking to this household.",
        "Is another company talking to this household? Ask the cross-selling desk.",
    ),
    Gate.HELD_OUT: Words(
        "The household may be contacted on a recommendation.",
        "This household is never contacted on a recommendation, so that the effect of all contacts can be measured.",
        "It is not known whether the household is held out.",
        "Is the household held out? Ask the cross-selling desk.",
    ),
    Gate.REGION_NOT_LICENSED: Words(
        "The owner company may sell where the customer lives.",
        "The owner company may not sell where the customer lives.",
        "It is not known where the customer lives, and the owner company may not sell everywhere.",
        "In which city does the customer live? Ask the customer.",
    ),
    Gate.NOT_REGISTERED: Words(
        "The seller is on the register this series asks for.",
        "The seller is not on the register this series asks for.",
        "The seller's registration number is not known.",
        "What is the seller's registration number? Ask the company the seller is registered with.",
    ),
    Gate.SECOND_LIFE_INSURER: Words(
        "The seller's company leaves no doubt for which life insurer the seller acts.",
        "The seller acts for a life insurer and may not sell for a second one.",
        "It is not known for which life insurer the seller acts.",
        "For which life insurer does the seller act? Ask the company the seller is registered with.",
    ),
    Gate.RISK_TOO_HIGH: Words(
        "The risk of this series is within what the customer can bear, or needs no test.",
        "The risk of this series is higher than the customer can bear by the last risk test.",
        "No risk test of the customer is in force, and this series may be recommended only after one.",
        "How much risk can the customer bear? Offer a risk test before speaking of this series.",
    ),
    Gate.MEANS_TOO_SMALL: Words(
        "What the series costs is within the customer's means, or small enough to need no question.",
        "What the series costs is clearly beyond the customer's means.",
        "The customer's income is not known, and this series is not cheap.",
        "What does the customer earn in a year, roughly? Ask before recommending.",
    ),
    Gate.NEED_NOT_FIRST: Words(
        "What usually comes before this series is covered.",
        "Something more basic comes first.",
        "Nothing the group knows of covers what usually comes before this series.",
        "Has the customer basic cover elsewhere? If not, speak of that first.",
    ),
    Gate.CANNOT_KEEP_PAYING: Words(
        "Nothing suggests that the customer could not keep paying.",
        "The customer will probably be unable to keep paying.",
        "It is not known whether the customer can keep paying.",
        "Until when, and out of what, would the customer pay? Ask before recommending.",
        "The customer may be unable to keep paying: advise to stop. Who insists confirms it in writing.",
    ),
    Gate.DUPLICATE_COVER: Words(
        "The customer holds no other cover that would pay for the same loss.",
        "The customer holds other cover that already pays for the same loss.",
        "It is not known whether other cover already pays for the same loss.",
        "Has the customer such cover elsewhere? Ask before recommending.",
        "Other cover already pays for the same loss, and a loss is paid once: advise to stop. Who insists confirms it in writing.",
    ),
    Gate.WORSENS_POSITION: Words(
        "Nothing known speaks against the customer's interest.",
        "We would have to advise the customer against it, so nobody calls about it.",
        "It is not known whether it is in the customer's interest.",
        "Is it in the customer's interest? Look at what is held and what it costs.",
    ),
}
