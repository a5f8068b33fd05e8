"""Who may come through which door: the whole table on one page. A route that is not here is shut for everybody.

The matrix test (`tests/stories/test_matrix.py`) walks the URL conf and fails for a route without a line here.
"""

from __future__ import annotations

from onefold.domains.organisation.models import Role

ANYBODY = "ANYBODY"
"""No sign-in needed: sign-in itself, language, static pages without data."""
TOKEN = "TOKEN"
"""For machines: the door asks for a company's token itself, and a signed-in person has none."""
SIGNED_IN = frozenset(Role.values)

DESK, MANAGER, SELLER = Role.CROSS_SELLING_DESK.value, Role.COMPANY_MANAGER.value, Role.SELLER.value
COMPLIANCE, STEWARD, COUNTER = Role.COMPLIANCE.value, Role.DATA_STEWARD.value, Role.COUNTER.value
CUSTOMER = Role.CUSTOMER.value

ROUTES: dict[str, frozenset[str] | str] = {
    "home": SIGNED_IN,
    "set_language": ANYBODY,
    "demo_entry": ANYBODY,
    "ui:gallery": SIGNED_IN - {Role.CUSTOMER.value},
    "cockpit:home": frozenset({DESK, MANAGER, COMPLIANCE}),
    "cockpit:indicators": frozenset({DESK, MANAGER, COMPLIANCE}),
    "cockpit:indicator": frozenset({DESK, MANAGER, COMPLIANCE}),
    "cockpit:indicator_export": frozenset({DESK, MANAGER, COMPLIANCE}),
    "cockpit:indicator_workbook": frozenset({DESK, MANAGER, COMPLIANCE}),
    "cockpit:picture": frozenset({DESK, MANAGER, COMPLIANCE}),
    "cockpit:picture_export": frozenset({DESK, MANAGER, COMPLIANCE}),
    "cockpit:gap": frozenset({DESK, MANAGER, COMPLIANCE}),
    "cockpit:settlement": frozenset({DESK, MANAGER, COMPLIANCE}),
    "cockpit:settlement_closing": frozenset({DESK}),
    "cockpit:settlement_statement": frozenset({DESK, MANAGER, COMPLIANCE}),
    "cockpit:settlement_bytes": frozenset({MANAGER, COMPLIANCE}),
    "cockpit:settlement_workbook": frozenset({MANAGER, COMPLIANCE}),
    "cockpit:settlement_contract": frozenset({MANAGER, COMPLIANCE}),
    "terminal:statement": frozenset({SELLER}),
    "terminal:today": frozenset({SELLER}),
    "terminal:lead": frozenset({SELLER}),
    "terminal:outcome": frozenset({SELLER}),
    "terminal:correction": frozenset({SELLER}),
    "terminal:answers": frozenset({SELLER}),
    "terminal:answer_retraction": frozenset({SELLER}),
    "terminal:calls": frozenset({SELLER}),
    "terminal:plans": frozenset({SELLER}),
    "terminal:plan_end": frozenset({SELLER}),
    "terminal:plan_postponement": frozenset({SELLER}),
    "terminal:calendar": frozenset({SELLER}),
    "terminal:calendar_file": frozenset({SELLER}),
    "terminal:colleagues": frozenset({SELLER}),
    "terminal:referrals": frozenset({SELLER}),
    "terminal:referral_acceptance": frozenset({SELLER}),
    "terminal:referral_refusal": frozenset({SELLER}),
    "terminal:referral_withdrawal": frozenset({SELLER}),
    "terminal:referral_visit": frozenset({SELLER}),
    "terminal:need": frozenset({SELLER}),
    "terminal:need_take_up": frozenset({SELLER}),
    "terminal:need_leave": frozenset({SELLER}),
    "terminal:need_take_waiting": frozenset({SELLER}),
    "terminal:passed": frozenset({SELLER}),
    "terminal:proposal": frozenset({SELLER}),
    "terminal:advice": frozenset({SELLER}),
    "terminal:advice_needs": frozenset({SELLER}),
    "terminal:advice_risk_test": frozenset({SELLER}),
    "terminal:advice_opinion": frozenset({SELLER}),
    "terminal:advice_confirmation": frozenset({SELLER}),
    "terminal:advice_insistence": frozenset({SELLER}),
    "terminal:orders": frozenset({SELLER}),
    "terminal:order": frozenset({SELLER}),
    "terminal:order_payment": frozenset({SELLER}),
    "terminal:order_disclosures": frozenset({SELLER}),
    "terminal:order_application": frozenset({SELLER}),
    "terminal:order_counter_offer": frozenset({SELLER}),
    "terminal:order_refusal": frozenset({SELLER}),
    "terminal:order_cancellation": frozenset({SELLER}),
    "portal:contracts": frozenset({CUSTOMER}),
    "portal:consents": frozenset({CUSTOMER}),
    "portal:consent_withdrawal": frozenset({CUSTOMER}),
    "portal:orders": frozenset({CUSTOMER}),
    "portal:order_cancellation": frozenset({CUSTOMER}),
    "portal:looks": frozenset({CUSTOMER}),
    "portal:offers": frozenset({CUSTOMER}),
    "portal:offer_refusal": frozenset({CUSTOMER}),
    "portal:need": frozenset({CUSTOMER}),
    "portal:advertising_refusal": frozenset({CUSTOMER}),
    "portal:advertising_permission": frozenset({CUSTOMER}),
    "backoffice:customers": frozenset({MANAGER, COMPLIANCE, STEWARD, COUNTER}),
    "backoffice:customer": frozenset({MANAGER, COMPLIANCE, STEWARD, COUNTER}),
    "backoffice:consent_withdrawal": frozenset({COMPLIANCE, COUNTER}),
    "backoffice:need": frozenset({COUNTER}),
    "backoffice:decision": frozenset({COMPLIANCE}),
    "backoffice:decision_now": frozenset({COUNTER}),
    "backoffice:decision_made": frozenset({COMPLIANCE, COUNTER}),
    "backoffice:audit": frozenset({COMPLIANCE}),
    "backoffice:audit_export": frozenset({COMPLIANCE}),
    "backoffice:intake": frozenset({DESK, STEWARD}),
    "backoffice:batches": frozenset({DESK, STEWARD}),
    "backoffice:batch": frozenset({DESK, STEWARD}),
    "backoffice:rejects": frozenset({STEWARD}),
    "backoffice:file": frozenset({DESK, STEWARD}),
    "backoffice:recognition": frozenset({DESK, STEWARD}),
    "backoffice:feed": frozenset({DESK, STEWARD}),
    "backoffice:feed_pause": frozenset({DESK, STEWARD}),
    "backoffice:feed_resumption": frozenset({DESK, STEWARD}),
    "backoffice:tokens": frozenset({MANAGER, STEWARD}),
    "backoffice:token_replacement": frozenset({MANAGER, STEWARD}),
    "backoffice:token_revocation": frozenset({MANAGER, STEWARD}),
    "backoffice:webhooks": frozenset({MANAGER, STEWARD}),
    "backoffice:webhook_end": frozenset({MANAGER, STEWARD}),
    "backoffice:webhook_secret": frozenset({MANAGER, STEWARD}),
    "backoffice:webhook_trial": frozenset({MANAGER, STEWARD}),
    "backoffice:message_repetition": frozenset({MANAGER, STEWARD}),
    "backoffice:links": frozenset({STEWARD}),
    "backoffice:link_ruling": frozenset({STEWARD}),
    "backoffice:leavers": frozenset({MANAGER, COMPLIANCE, STEWARD}),
    "backoffice:leaver_notices": frozenset({MANAGER, STEWARD}),
    "backoffice:models": frozenset({DESK, MANAGER, COMPLIANCE}),
    "backoffice:model": frozenset({DESK, MANAGER, COMPLIANCE}),
    "backoffice:model_ruling": frozenset({COMPLIANCE}),
    "backoffice:operations": frozenset({MANAGER, STEWARD}),
    "backoffice:installation": frozenset({DESK, MANAGER, COMPLIANCE, STEWARD}),
    "backoffice:holds": frozenset({DESK, COMPLIANCE}),
    "backoffice:hold_end": frozenset({DESK, COMPLIANCE}),
    "backoffice:step_look": frozenset({MANAGER, STEWARD}),
    "backoffice:dead_letter_repetition": frozenset({MANAGER, STEWARD}),
    "backoffice:hold": frozenset({DESK, MANAGER, COMPLIANCE, STEWARD}),
    "backoffice:hold_approval": frozenset({DESK, STEWARD}),
    "backoffice:hold_drop": frozenset({DESK, STEWARD}),
    "backoffice:quality": frozenset({DESK, MANAGER, COMPLIANCE, STEWARD}),
    "api:api-root": TOKEN,
    "api:openapi-json": ANYBODY,
    "api:feeds": TOKEN,
    "api:files": TOKEN,
    "api:batch": TOKEN,
    "api:rejects": TOKEN,
    "api:decisions": TOKEN,
    "api:decision": TOKEN,
    "api:leads": TOKEN,
    "api:calls": TOKEN,
    "api:recordings": TOKEN,
    "api:outcomes": TOKEN,
    "api:orders": TOKEN,
    "api:order": TOKEN,
    "api:order_disclosures": TOKEN,
    "api:order_application": TOKEN,
    "api:order_counter_offer": TOKEN,
    "api:order_cancellation": TOKEN,
    "api:order_payment": TOKEN,
    "api:callbacks": TOKEN,
    "api:webhooks": TOKEN,
    "api:webhook": TOKEN,
    "api:webhook_secret": TOKEN,
    "api:webhook_trial": TOKEN,
    "api:messages": TOKEN,
    "api:message_repetition": TOKEN,
    "backoffice:runs": frozenset({DESK, STEWARD}),
    "backoffice:run_progress": frozenset({DESK, STEWARD}),
}
TAKE_FILES = frozenset({"backoffice:batches", "backoffice:file", "api:files"})
"""Where a file may be handed in. Anywhere else the gateway takes no more than a form."""
OPEN_NAMESPACES = ("account_", "mfa_")
"""allauth's own pages look after themselves."""

HOME_OF = {
    DESK: "cockpit:home",
    MANAGER: "cockpit:home",
    COMPLIANCE: "cockpit:home",
    SELLER: "terminal:today",
    STEWARD: "backoffice:intake",
    COUNTER: "backoffice:customers",
    CUSTOMER: "portal:contracts",
}


def is_open(route: str) -> bool:
    """Return whether the route needs no sign-in (or looks after itself)."""
    return ROUTES.get(route) in (ANYBODY, TOKEN) or route.startswith(OPEN_NAMESPACES)


def may_enter(route: str, roles: frozenset[str]) -> bool:
    """Return whether somebody with these roles may come through."""
    allowed = ROUTES.get(route, frozenset())
    return is_open(route) or bool(frozenset(allowed) & roles)
