"""Orders by a company's systems: proposal, application, payment; and the callbacks of cores and of the payment gateway."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field

from onefold.commands.viewer import Viewer
from onefold.domains.customers.references import customer_of_key
from onefold.domains.orders import actions
from onefold.domains.orders.proposing import propose
from onefold.domains.orders.queries import OrderRow, order, order_of_item
from onefold.domains.orders.rules import CHOICES
from onefold.domains.organisation.models import Scope
from onefold.kernel.ids import derived_id
from onefold.web.api.entrance import Token
from onefold.web.api.shapes import Problem
from onefold.web.api.words import Code, CustomerKey

ITEMS_MAX, ANSWER_MAX = 5, 10**12
router = Router(auth=Token(Scope.ORDERS), tags=["Orders"])
ASKED = {(401, 403, 404, 422, 429, 503, 507): Problem}
DONE = {(400, 401, 403, 404, 409, 422, 429, 503, 507): Problem}
Word = Annotated[str, Field(pattern="^[a-z_]{1,40}$")]
Answer = Annotated[int, Field(ge=0, le=ANSWER_MAX)]
Answers = Annotated[dict[Word, Answer], Field(max_length=20, json_schema_extra={"additionalProperties": False})]


class WantedIn(Schema):
    """`answers` by code of the product's questions: whole numbers, money in minor units, yes and no as 1 and 0."""

    product: Code
    answers: Answers


class ProposalIn(Schema):
    """`proposal_id`: an id of your own making. `choice`: ALL or EACH, said beforehand where there are several items.
    `need`: OUTBOUND, you came to the customer; INBOUND_NEED, the customer came with a need.
    """

    proposal_id: UUID
    customer_key: CustomerKey
    seller: Code
    need: Literal["OUTBOUND", "INBOUND_NEED"]
    choice: str = Field("", max_length=4, pattern="^[A-Z]*$", description=", ".join(CHOICES))
    items: list[WantedIn] = Field(min_length=1, max_length=ITEMS_MAX)


class PartOut(Schema):
    code: str
    minor: int


class ItemOut(Schema):
    """`state` as docs/partners.md explains; `under_way`: a partner is being asked. `ends_on`: first day on which the price or decision no
    longer binds.
    """

    item_id: UUID
    product: str
    owner_company: str
    state: str
    under_way: bool
    reason: str
    parts: list[PartOut]
    premium_minor: int | None
    currency: str
    ends_on: date | None
    contract_no: str
    issued_at: datetime | None
    free_look_until: datetime | None
    refunded_minor: int | None


class OrderOut(Schema):
    order_id: UUID
    seller: str
    choice: str
    proposed_at: datetime
    items: list[ItemOut]


class StepIn(Schema):
    """`step_id`: an id of your own making; the same again is answered like the first time and has no second effect."""

    step_id: UUID


class DisclosuresIn(StepIn):
    """`codes` of every statement the customer has confirmed, each by itself."""

    codes: list[Code] = Field(max_length=30)


class ApplicationIn(StepIn):
    """`signed`: by the customer in person."""

    declarations: Answers
    signed: bool


class PaymentIn(StepIn):
    """`payer`: a party to the contract. `account`: the payment service's token of the payer's account."""

    payer: Literal["POLICYHOLDER", "INSURED", "BENEFICIARY"]
    account: str = Field(min_length=1, max_length=120, pattern=r"^[ -~]+$")


class CallbackIn(Schema):
    operation_id: UUID


class HeardOut(Schema):
    """`looked_up`: the operation's outcome is asked for now; false where it was known before."""

    operation_id: UUID
    looked_up: bool


@router.post("/orders", response={201: OrderOut, **DONE}, url_name="orders", summary="Propose products to a customer")
def proposals(request: Any, body: ProposalIn) -> Any:
    """Each product is priced by the company that owns it, in a moment: ask for the order until nothing is under way."""
    viewer: Viewer = request.auth
    done = propose(
        viewer,
        derived_id("api.order", viewer.key, str(body.proposal_id)),
        customer_id=customer_of_key(viewer, body.customer_key),
        need=body.need,
        choice=body.choice,
        seller_code=body.seller,
        items=[{"product": one.product, "answers": dict(one.answers)} for one in body.items],
    )
    return Status(201, _told(order(viewer, UUID(done["order_id"]))))


@router.get("/orders/{order_id}", response={200: OrderOut, **ASKED}, url_name="order", summary="How an order stands")
def one_order(request: Any, order_id: UUID) -> Any:
    return _told(order(request.auth, order_id))


@router.post(
    "/orders/items/{item_id}/disclosures",
    response={200: OrderOut, **DONE},
    url_name="order_disclosures",
    summary="The customer has confirmed what was shown",
)
def disclosures(request: Any, item_id: UUID, body: DisclosuresIn) -> Any:
    return _step(request, actions.confirm_disclosures, body.step_id, item_id, codes=list(body.codes))


@router.post(
    "/orders/items/{item_id}/application",
    response={200: OrderOut, **DONE},
    url_name="order_application",
    summary="Apply",
)
def application(request: Any, item_id: UUID, body: ApplicationIn) -> Any:
    declared = dict(body.declarations)
    return _step(request, actions.apply, body.step_id, item_id, declarations=declared, signed=body.signed)


@router.post(
    "/orders/items/{item_id}/counter-offer",
    response={200: OrderOut, **DONE},
    url_name="order_counter_offer",
    summary="The customer takes the underwriter's price",
)
def counter_offer(request: Any, item_id: UUID, body: StepIn) -> Any:
    return _step(request, actions.accept_counter, body.step_id, item_id)


@router.post(
    "/orders/items/{item_id}/cancellation",
    response={200: OrderOut, **DONE},
    url_name="order_cancellation",
    summary="The customer wants out",
)
def cancellation(request: Any, item_id: UUID, body: StepIn) -> Any:
    """Before payment at once; while a step is under way when its outcome is known; within the free look with all money back."""
    return _step(request, actions.cancel, body.step_id, item_id)


@router.post("/orders/{order_id}/payment", response={200: OrderOut, **DONE}, url_name="order_payment", summary="Pay")
def payment(request: Any, order_id: UUID, body: PaymentIn) -> Any:
    viewer: Viewer = request.auth
    command_id = derived_id("api.order", viewer.key, str(body.step_id))
    actions.pay(viewer, command_id, order_id=order_id, payer=body.payer, account=body.account)
    return _told(order(viewer, order_id))


@router.post(
    "/callbacks",
    response={200: HeardOut, **DONE},
    url_name="callbacks",
    summary="There is news of an operation",
)
def callbacks(request: Any, body: CallbackIn) -> Any:
    """For cores and payment services: an underwriter has decided, a payment went through. Nothing is taken from here but the hint; the
    outcome is looked up at the partner. Once too often does no harm.
    """
    viewer: Viewer = request.auth
    done: dict[str, Any] = actions.hear_of(viewer, None, operation_id=body.operation_id)
    return done


def _step(request: Any, action: Any, step_id: UUID, item_id: UUID, **inputs: Any) -> dict[str, Any]:
    viewer: Viewer = request.auth
    action(viewer, derived_id("api.order", viewer.key, str(step_id)), item_id=item_id, **inputs)
    return _told(order_of_item(viewer, item_id))


def _told(row: OrderRow) -> dict[str, Any]:
    items = [
        asdict(item)
        | {"under_way": item.under_way, "parts": [{"code": code, "minor": minor} for code, minor in item.parts]}
        for item in row.items
    ]
    return {
        "order_id": row.order_id, "seller": row.seller, "choice": row.choice, "proposed_at": row.proposed_at, "items": items,
    }  # fmt: skip
