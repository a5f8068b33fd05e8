"""One settings file. It runs with nothing set; every ONEFOLD_* variable is listed in docs/operator.md.

A process connects as one database role: `web` processes as the app role (behind the firewall) and, for sign-in alone, as the
sign-in's; `jobs` as the batch role, `setup` as the owner. The command that starts a process hands it that and no other.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from onefold.config.databases import HANDED, HANDED_SIGN_IN, SIGN_IN, database
from onefold.config.partners import partners
from onefold.kernel import keys

HOME = Path(os.environ.get("ONEFOLD_HOME", Path(__file__).resolve().parents[3]))
VAR = Path(os.environ.get("ONEFOLD_VAR", HOME / "var"))
DEMO = os.environ.get("ONEFOLD_DEMO", "0") == "1"
HTTPS = os.environ.get("ONEFOLD_HTTPS", "0") == "1"

SECRETS = Path(os.environ.get("ONEFOLD_SECRETS", VAR / "secrets"))
"""Of a web server under an account of its own: a folder with its three keys and no password of anybody else."""
SECRET_KEY, *SECRET_KEY_FALLBACKS = [key.secret.hex() for key in keys.read_or_begin_all(SECRETS, keys.WEB).live]
AUDIT_HEADS = os.environ.get("ONEFOLD_AUDIT_HEADS", "")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("ONEFOLD_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("ONEFOLD_ORIGINS", "").split(",") if origin]
ROOT_URLCONF = "onefold.config.urls"
WSGI_APPLICATION = "onefold.config.wsgi.application"
RULEBOOK = os.environ.get("ONEFOLD_RULEBOOK")

ROOMS = [
    "onefold.domains.service",
    "onefold.domains.orders",
    "onefold.domains.settlement",
    "onefold.domains.webhooks",
    "onefold.domains.leads",
    "onefold.domains.offers",
    "onefold.domains.unlocks",
    "onefold.domains.lift",
    "onefold.domains.holdout",
    "onefold.domains.advice",
    "onefold.domains.pictures",
    "onefold.domains.modelling",
    "onefold.domains.indicators",
    "onefold.domains.holdings",
    "onefold.domains.contacts",
    "onefold.domains.consent",
    "onefold.domains.customers",
    "onefold.domains.sellers",
    "onefold.domains.catalogue",
    "onefold.domains.intake",
    "onefold.domains.releases",
    "onefold.domains.ledger",
    "onefold.domains.retention",
    "onefold.domains.organisation",
]
PUBLISHED_ROOMS = [
    f"onefold.domains.{room}.imports"
    for room in (
        "organisation", "intake", "catalogue", "sellers", "customers", "consent", "holdings", "indicators", "holdout",
        "lift",
        "unlocks",
        "pictures",
        "modelling",
        "offers", "leads",
    )
]  # fmt: skip
"""Rooms that take datasets from a release, lowest first: facts a room points to are merged before it."""
KEPT = [
    "onefold.domains.releases.retention.KEPT",
    "onefold.domains.intake.retention.KEPT",
    "onefold.domains.offers.retention.KEPT",
    "onefold.domains.customers.retention.KEPT",
    "onefold.domains.webhooks.retention.KEPT",
    "onefold.domains.organisation.retention.KEPT",
    "onefold.commands.retention.KEPT",
    "onefold.jobs.retention.KEPT",
]
"""What is kept and goes when its term is over, each class under a term of its name in pack `retention`."""
REACTIONS = "onefold.config.reactions.REACTIONS"
EXPORTING_ROOMS = [
    f"onefold.domains.{room}.exports"
    for room in ("customers", "consent", "contacts", "holdout", "leads", "advice", "orders", "modelling")
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "procrastinate.contrib.django",
    "onefold.commands",
    *reversed(ROOMS),
    "onefold.web",
    "onefold.web.ui",
    "onefold.web.cockpit",
    "onefold.web.terminal",
    "onefold.web.portal",
    "onefold.web.backoffice",
    "onefold.jobs",
]
MIDDLEWARE = [
    "onefold.web.requests.RequestMiddleware",
    "onefold.web.refusals.InTime",
    "onefold.web.probes.ProbeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "onefold.web.privacy.NoStore",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "onefold.web.viewers.ViewerMiddleware",
    "onefold.web.refusals.RefusalMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "onefold.web.ui.context.shell",
            ],
        },
    }
]
DATABASES = {
    "default": database(os.environ.get(HANDED)),
    SIGN_IN: database(os.environ.get(HANDED_SIGN_IN)),
}
DATABASE_ROUTERS = ["onefold.config.databases.Sorting"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = ["onefold.web.accounts.Backend"]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "onefold.web.accounts.Accounts"
ACCOUNT_FORMS = {"change_password": "onefold.web.accounts.PasswordForm"}
ACCOUNT_RATE_LIMITS = False
"""allauth counts in one process; `onefold.domains.organisation.sign_in` counts for all of them."""
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("ONEFOLD_PROXIES", "0"))
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
MFA_FORMS = {
    "authenticate": "onefold.web.accounts.CodeForm",
    "reauthenticate": "onefold.web.accounts.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Onefold"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
SESSION_ENGINE = "onefold.web.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
# A browser takes a cookie of such a name only from this very host over HTTPS: no neighbour can plant one.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = (f"{'__Host-' if HTTPS else ''}{name}" for name in ("sessionid", "csrftoken"))
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'", "tel:"],  # the call button is answered with the telephone itself
        "frame-ancestors": ["'none'"],
    }
}

LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_CODE = os.environ.get("ONEFOLD_LANGUAGE", "en")
TIME_ZONE = os.environ.get("ONEFOLD_TIME_ZONE", "Asia/Shanghai")
USE_I18N = USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 86_400
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_HANDLERS = ["onefold.web.uploads.BoundedUpload"]
FILE_UPLOAD_TEMP_DIR = None
INTAKE_BYTES_MAX = int(os.environ.get("ONEFOLD_INTAKE_BYTES_MAX", 2 * 1024**3))
WEBHOOK_NETWORKS = [network for network in os.environ.get("ONEFOLD_WEBHOOK_NETWORKS", "").split(",") if network]
INBOX = os.environ.get("ONEFOLD_INBOX", "")
PARTNERS = partners(os.environ)

METRICS_TOKEN = os.environ.get("ONEFOLD_METRICS_TOKEN", "")

LOG_FORMAT = os.environ.get("ONEFOLD_LOG_FORMAT", "line" if sys.stderr.isatty() else "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "onefold.commands.logs.JsonLines"},
        "line": {"()": "onefold.commands.logs.PlainLines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "loggers": {
        "onefold.access": {"level": "INFO"},
        "psycopg.pool": {"level": "ERROR"},  # it tells each try to reach an absent database; we tell it once
    },
    "root": {"handlers": ["console"], "level": os.environ.get("ONEFOLD_LOG", "WARNING")},
}
