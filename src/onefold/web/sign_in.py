"""Sign-in, second factor and password: allauth's views under our addresses and templates. There is no sign-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path
from django.utils.translation import gettext_lazy as _

from onefold.web.errors import not_found

if TYPE_CHECKING:  # lazy translations have a type of their own, in the stubs only
    from django_stubs_ext import StrOrPromise

FORM = "web/account/form.html"


def words(title: StrOrPromise, button: StrOrPromise, sentence: StrOrPromise = "") -> dict[str, object]:
    """What the one form template of all these pages says."""
    return {"title": title, "button": button, "sentence": sentence}


urlpatterns = [
    path(
        "sign-in/",
        account.LoginView.as_view(
            template_name="web/account/sign_in.html", extra_context=words(_("Sign in"), _("Sign in"))
        ),
        name="account_login",
    ),
    path(
        "sign-out/",
        account.LogoutView.as_view(
            template_name=FORM, extra_context=words(_("Sign out"), _("Sign out"), _("Do you want to sign out?"))
        ),
        name="account_logout",
    ),
    path(
        "sign-in/again/",
        account.ReauthenticateView.as_view(
            template_name=FORM,
            extra_context=words(_("Confirm that it is you"), _("Confirm"), _("Enter your password again.")),
        ),
        name="account_reauthenticate",
    ),
    path(
        "sign-in/code/",
        mfa.AuthenticateView.as_view(
            template_name=FORM,
            extra_context=words(
                _("Second factor"), _("Sign in"), _("Enter the code of your authenticator app, or a recovery code.")
            ),
        ),
        name="mfa_authenticate",
    ),
    path(
        "sign-in/code/again/",
        mfa.ReauthenticateView.as_view(
            template_name=FORM,
            extra_context=words(
                _("Confirm that it is you"), _("Confirm"), _("Enter the code of your authenticator app.")
            ),
        ),
        name="mfa_reauthenticate",
    ),
    path("account/inactive/", not_found, name="account_inactive"),
    path(
        "account/password/",
        account.PasswordChangeView.as_view(
            template_name=FORM, extra_context=words(_("Password"), _("Change password"))
        ),
        name="account_change_password",
    ),
    # Who has no password (a demonstration's user) gets none here: an administrator sets the first one.
    path("account/password/first/", not_found, name="account_set_password"),
    path(
        "account/second-factor/",
        mfa.IndexView.as_view(template_name="web/account/second_factor.html"),
        name="mfa_index",
    ),
    path(
        "account/second-factor/app/",
        totp.ActivateTOTPView.as_view(
            template_name="web/account/activate_totp.html",
            extra_context=words(_("Set up the second factor"), _("Activate")),
        ),
        name="mfa_activate_totp",
    ),
    path(
        "account/second-factor/app/removal/",
        totp.DeactivateTOTPView.as_view(
            template_name=FORM,
            extra_context=words(
                _("Switch off the second factor"),
                _("Switch off"),
                _("Your password alone will open your account again."),
            ),
        ),
        name="mfa_deactivate_totp",
    ),
    path(
        "account/second-factor/recovery-codes/",
        recovery.ViewRecoveryCodesView.as_view(template_name="web/account/recovery_codes.html"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/second-factor/recovery-codes/new/",
        recovery.GenerateRecoveryCodesView.as_view(
            template_name=FORM,
            extra_context=words(
                _("New recovery codes"), _("Make new codes"), _("The codes you have now stop working.")
            ),
        ),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/second-factor/recovery-codes/download/",
        recovery.DownloadRecoveryCodesView.as_view(),
        name="mfa_download_recovery_codes",
    ),
]
