"""What a seller may hand in."""

from __future__ import annotations

from django import forms


class OutcomeForm(forms.Form):
    """Only shapes are checked here; what an answer means, and which day is allowed, the leads room decides."""

    command_id = forms.UUIDField()
    code = forms.CharField(max_length=30)
    not_until = forms.DateField(required=False)
