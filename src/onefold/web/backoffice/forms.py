"""What staff may hand in. Only shapes are checked here; the rooms decide the rest."""

from __future__ import annotations

from django import forms


class SearchForm(forms.Form):
    text = forms.CharField(max_length=100, strip=True)


class WithdrawalForm(forms.Form):
    command_id = forms.UUIDField()
    customer_id = forms.UUIDField()


class BatchForm(forms.Form):
    """A file, and the feed it belongs to; without a feed its name decides."""

    command_id = forms.UUIDField()
    feed = forms.CharField(max_length=60, required=False)
    file = forms.FileField(max_length=200, allow_empty_file=True)


class RunForm(forms.Form):
    command_id = forms.UUIDField()
