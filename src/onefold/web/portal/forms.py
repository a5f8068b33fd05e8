"""What a customer may hand in: only shapes are checked here."""

from __future__ import annotations

from django import forms


class CommandForm(forms.Form):
    """Each form brings the id of the command it asks for, so that a form sent twice counts once."""

    command_id = forms.UUIDField()


class AskForm(CommandForm):
    """What the customer asks for, of which company, in the customer's own words; `wished`: the seller who should answer."""

    series = forms.CharField(max_length=40)
    company = forms.CharField(max_length=20)
    note = forms.CharField(max_length=1000, required=False)
    wished = forms.CharField(max_length=20, required=False)
