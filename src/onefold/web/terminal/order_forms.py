"""What a seller and a customer hand in about an order. Only shapes are read here; the orders room decides what they mean."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from onefold.domains.orders.tables import table_of
from onefold.kernel.money import parse_minor
from onefold.kernel.unfit import Unfit
from onefold.policy.underwriting import Asked
from onefold.web.terminal.forms import CommandForm

DECIMALS = 2


class ProposalForm(CommandForm):
    choice = forms.CharField(max_length=4, required=False)
    need = forms.CharField(max_length=12)


class PaymentForm(CommandForm):
    payer = forms.CharField(max_length=12)
    account = forms.CharField(max_length=120)


class SignedForm(CommandForm):
    signed = forms.BooleanField(required=False)


def wanted(posted: QueryDict, series_of: dict[str, str], on: Any) -> list[dict[str, Any]]:
    """The products that were chosen with their answers; what cannot be read is left out, and the room says what is missing."""
    return [
        {
            "product": product,
            "answers": _answers(posted, table_of(series_of[product], on).questions("quote"), f"{product}."),
        }
        for product in posted.getlist("product")
        if product in series_of
    ]


def declared(posted: QueryDict, series: str, on: Any) -> dict[str, int]:
    return _answers(posted, table_of(series, on).questions("application"), "")


def _answers(posted: QueryDict, asked: tuple[Asked, ...], prefix: str) -> dict[str, int]:
    read = {one.code: _number(one, posted.get(prefix + one.code, "")) for one in asked}
    return {code: number for code, number in read.items() if number is not None}


def _number(one: Asked, text: str) -> int | None:
    try:
        return parse_minor(text, DECIMALS if one.kind == "MONEY" else 0, grouping=",")
    except Unfit:
        return None
