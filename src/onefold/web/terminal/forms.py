"""What a seller may hand in. Only shapes are checked here; what it means, and what is allowed, the leads room decides."""

from __future__ import annotations

from django import forms

NOBODY = "NOBODY"


class CommandForm(forms.Form):
    """Each form brings the id of the command it asks for, so that a form sent twice counts once."""

    command_id = forms.UUIDField()


class OutcomeForm(CommandForm):
    code = forms.CharField(max_length=30)
    not_until = forms.DateField(required=False)
    reason = forms.CharField(max_length=30, required=False)


class HearingForm(CommandForm):
    kind = forms.CharField(max_length=20)
    value = forms.CharField(max_length=20)
    told_on = forms.DateField(required=False)
    said_by = forms.CharField(max_length=20)


class PlanForm(CommandForm):
    kind = forms.CharField(max_length=10)
    due_at = forms.DateTimeField()
    note = forms.CharField(max_length=1000, required=False)
    about = forms.CharField(max_length=40, required=False)


class PostponementForm(CommandForm):
    due_at = forms.DateTimeField()


class EndForm(CommandForm):
    how = forms.CharField(max_length=10)


class ReferralForm(CommandForm):
    to_seller = forms.CharField(max_length=20)
    kind = forms.CharField(max_length=10)
    note = forms.CharField(max_length=1000, required=False)


class VisitForm(CommandForm):
    """Who learned, who closed: asked for, and NOBODY is an answer."""

    held_on = forms.DateField()
    led_by = forms.CharField(max_length=20)
    learned_by = forms.CharField(max_length=20)
    closed_by = forms.CharField(max_length=20)

    def clean(self) -> dict[str, object]:
        return {name: "" if value == NOBODY else value for name, value in super().clean().items()}  # type: ignore[union-attr]


class NeedForm(CommandForm):
    series = forms.CharField(max_length=40)
    note = forms.CharField(max_length=1000, required=False)


class RefusalForm(CommandForm):
    reason = forms.CharField(max_length=30)
