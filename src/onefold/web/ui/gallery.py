"""The gallery page: every component in every state, with example data of Harbour Group and no database.

`?show=phone` shows the terminal's components in the phone's layout, `?show=entrance` the frame of sign-in, `?show=409` (or
another status) the page of a refusal.
"""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from onefold.web.ui import examples

STATUSES = ("400", "403", "404", "409", "422", "500", "503")
FRAMES = {"phone": "ui/gallery/phone.html", "entrance": "ui/gallery/entrance.html"}


class ExampleForm(forms.Form):
    """Every kind of field, once right and once wrong."""

    name = forms.CharField(label=_("Name or contract number"), help_text=_("At least two characters."), min_length=2)
    company = forms.ChoiceField(label=_("Company"), choices=examples.company_choices)
    on = forms.DateField(label=_("As of"), widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    sure = forms.BooleanField(label=_("I have read this to the customer"), required=False)


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show", "")
    if show in STATUSES:
        return render(request, f"ui/errors/{show}.html", examples.refusal(int(show)))
    context = examples.everything() | {
        "form": ExampleForm(initial={"on": "2026-06-30"}),
        "wrong_form": ExampleForm({"name": "A", "company": "", "on": "2026-02-30"}, auto_id="wrong_%s"),
        "statuses": STATUSES,
    }
    return render(request, FRAMES.get(show, "ui/gallery/desk.html"), context)
