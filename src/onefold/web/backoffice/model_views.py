"""The registry of models: which there are, how good, whether used; and what compliance decides about one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onefold.commands.scope import reading
from onefold.domains.modelling import actions
from onefold.domains.modelling.queries import fits_of_model, models_of, rulings_of
from onefold.domains.modelling.refusals import FitUnknown
from onefold.domains.releases.queries import published
from onefold.kernel.ids import new_id
from onefold.web.asking import Asked
from onefold.web.backoffice import model_cards
from onefold.web.backoffice.forms import RulingForm
from onefold.web.backoffice.refusals import FormIncomplete
from onefold.web.names import names_for
from onefold.web.routes import may_enter
from onefold.web.viewers import language_of


@require_GET
def models(request: Asked) -> HttpResponse:
    with reading(request.viewer):
        release = published(request.viewer)
        fits, names = models_of(request.viewer), names_for(request.viewer, language_of(request))
    return render(
        request, "backoffice/models.html", {"groups": model_cards.groups(fits, names), "published": release is not None}
    )


@require_GET
def model(request: Asked, model: str) -> HttpResponse:
    """The card of the fit that is used, or would be; what was decided, and for compliance what may be."""
    viewer = request.viewer
    with reading(viewer):
        fits = fits_of_model(viewer, model)
        if not fits:
            raise FitUnknown()
        rulings, names = rulings_of(viewer, model), names_for(viewer, language_of(request))
    fit = fits[0]
    context = {
        "model": model,
        "title": model_cards.title(model, names),
        "purpose": model_cards.purpose(model),
        "standing": model_cards.standing(fit),
        "tiles": model_cards.tiles(fit),
        "calibration": model_cards.calibration(fit),
        "leakage": model_cards.leakage(fit),
        "drift": model_cards.drift(fit),
        "gains": model_cards.gains(fit),
        "by_series": model_cards.by_series(fit, names),
        "limits": model_cards.limits(fit),
        "facts": model_cards.facts(fit),
        "history": model_cards.history(rulings),
        "may_decide": may_enter("backoffice:model_ruling", viewer.roles),
        "fits": model_cards.fits_to_choose(fits),
        "choices": [(code, str(words)) for code, words in model_cards.CHOICES.items()],
        "command_id": new_id(),
    }
    return render(request, "backoffice/model.html", context)


@require_POST
def model_ruling(request: Asked, model: str) -> HttpResponse:
    form = RulingForm(request.POST)
    if not form.is_valid():
        raise FormIncomplete()
    given = form.cleaned_data
    command_id, why = given["command_id"], given["why"]
    if given["what"] == "APPROVE":
        actions.approve(request.viewer, command_id, model=model, fit=given["fit"], why=why)
    elif given["what"] == "RETIRE":
        actions.retire(request.viewer, command_id, model=model, why=why)
    else:
        actions.leave_to_recipe(request.viewer, command_id, model=model, why=why)
    messages.success(request, _("Decided. It holds from the next release on; a run has been asked for."))
    return redirect("backoffice:model", model)
