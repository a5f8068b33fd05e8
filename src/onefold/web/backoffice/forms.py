"""What staff may hand in. Only shapes are checked here; the rooms decide the rest."""

from __future__ import annotations

from uuid import UUID

from django import forms

from onefold.domains.organisation.models import Scope
from onefold.domains.webhooks.rules import TYPES


class SearchForm(forms.Form):
    text = forms.CharField(max_length=100, strip=True)


class WithdrawalForm(forms.Form):
    command_id = forms.UUIDField()
    customer_id = forms.UUIDField()


class DecisionForm(forms.Form):
    command_id = forms.UUIDField()
    channel = forms.CharField(max_length=40)
    reason = forms.ChoiceField(choices=[("INBOUND_NEED", ""), ("OUTBOUND", "")])


class NeedForm(forms.Form):
    command_id = forms.UUIDField()
    series = forms.CharField(max_length=40)
    source = forms.ChoiceField(choices=[("COUNTER", ""), ("CALL_CENTRE", "")])
    note = forms.CharField(max_length=1000, required=False)
    wished = forms.CharField(max_length=20, required=False)


class BatchForm(forms.Form):
    """What goes with the files: the feed they belong to (without one their names decide) or the batch they correct."""

    command_id = forms.UUIDField()
    feed = forms.CharField(max_length=60, required=False)
    corrects = forms.UUIDField(required=False)


class FileForm(forms.Form):
    """What goes with a file that is the body itself."""

    command_id = forms.UUIDField()
    name = forms.CharField(max_length=1000)
    feed = forms.CharField(max_length=60, required=False)


class RecognitionForm(forms.Form):
    name = forms.CharField(max_length=1000)
    size = forms.IntegerField(min_value=0, max_value=2**62)
    feed = forms.CharField(max_length=60, required=False)


class RejectsForm(forms.Form):
    rule = forms.CharField(max_length=40, required=False)
    column = forms.CharField(max_length=60, required=False)
    after = forms.IntegerField(min_value=0, max_value=2**62, required=False)


class PauseForm(forms.Form):
    command_id = forms.UUIDField()
    note = forms.CharField(max_length=300, required=False)


class TokenForm(forms.Form):
    """`scopes`: what the token is to open; the room knows which there are."""

    command_id = forms.UUIDField()
    name = forms.CharField(max_length=60)
    scopes = forms.MultipleChoiceField(choices=Scope.choices)


class WebhookForm(forms.Form):
    command_id = forms.UUIDField()
    url = forms.CharField(max_length=500)
    types = forms.MultipleChoiceField(choices=[(name, name) for name in TYPES])


class RulingForm(forms.Form):
    """`what`: what becomes of the model; `fit`: which one, where one is approved. An empty reason is the room's to refuse."""

    command_id = forms.UUIDField()
    what = forms.ChoiceField(choices=[("APPROVE", ""), ("RETIRE", ""), ("RECIPE", "")])
    fit = forms.CharField(max_length=32, required=False)
    why = forms.CharField(max_length=400, required=False)


class JudgementForm(forms.Form):
    """What a person says of a held release. An empty reason is the room's to refuse."""

    command_id = forms.UUIDField()
    why = forms.CharField(max_length=400, required=False)


class Ids(forms.TypedMultipleChoiceField):
    """Any number of ids, at least one: whether they exist is the room's to say."""

    def __init__(self) -> None:
        super().__init__(coerce=UUID)

    def valid_value(self, value: object) -> bool:
        return True


class NoticeForm(forms.Form):
    command_id = forms.UUIDField()
    reassignment_ids = Ids()
    told_on = forms.DateField()
    way = forms.CharField(max_length=10)


class LinkForm(forms.Form):
    """An empty reason is the room's to refuse."""

    command_id = forms.UUIDField()
    verdict = forms.CharField(max_length=10)
    why = forms.CharField(max_length=400, required=False)
    show = forms.CharField(max_length=10, required=False)


class HoldForm(forms.Form):
    """`number`: the company's own number of the customer or contract. What is missing is the room's to say."""

    command_id = forms.UUIDField()
    subject = forms.CharField(max_length=12)
    company = forms.CharField(max_length=20, required=False)
    number = forms.CharField(max_length=60, required=False)
    why = forms.CharField(max_length=300, required=False)


class LiftForm(forms.Form):
    command_id = forms.UUIDField()
    why = forms.CharField(max_length=300, required=False)


class RunForm(forms.Form):
    command_id = forms.UUIDField()


class AuditForm(forms.Form):
    """What to look for in the audit. A person is a number and a customer a pseudonym: no name stands in an address."""

    kind = forms.CharField(max_length=20, required=False)
    person = forms.IntegerField(required=False, min_value=1)
    subject = forms.UUIDField(required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62)
