"""What a customer may hand in: only shapes are checked here."""

from __future__ import annotations

from django import forms


class CommandForm(forms.Form):
    """Each form brings the id of the command it asks for, so that a form sent twice counts once."""

    command_id = forms.UUIDField()
