"""Django's settings. Reading them writes nothing; what may be chosen comes from the environment.

``ESPALDA_DATA``: the folder of the database and the secret key. ``ESPALDA_HOSTS``: further host names this server
answers to, separated by commas. ``ESPALDA_HTTPS=1``: a proxy on this machine speaks TLS in front of it.
``ESPALDA_ACCOUNTS=1``: several people, each with an account; ``ESPALDA_SIGNUP=0`` then takes no new ones.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _
from platformdirs import user_data_dir
from tzlocal import get_localzone_name

HERE = Path(__file__).parent
DATA = Path(os.environ.get("ESPALDA_DATA") or user_data_dir("espalda", appauthor=False))
_KEY = DATA / "secret-key"

DEBUG = False
# The server writes the key before it reads this; without one, a key that lives as long as the process.
SECRET_KEY = _KEY.read_text("ascii") if _KEY.is_file() else get_random_secret_key()
ACCOUNTS = os.environ.get("ESPALDA_ACCOUNTS") == "1"
OPEN_FOR_SIGNUP = os.environ.get("ESPALDA_SIGNUP") != "0"
HTTPS = os.environ.get("ESPALDA_HTTPS") == "1"
AT_HOME = ("localhost", "127.0.0.1", "[::1]")  # names of this machine that no other one reaches it by
ALLOWED_HOSTS = [*AT_HOME, *filter(None, map(str.strip, os.environ.get("ESPALDA_HOSTS", "").split(",")))]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "csp",
    "espalda.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "espalda.web.headers.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # a page is a fifth on the way; it pads against guessing by length
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
ROOT_URLCONF = "espalda.web.urls"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "espalda.web.context.shell",
            ]
        },
    }
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "espalda.sqlite3",
        # A writer waits for its turn instead of failing; readers never wait for a writer.
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "es"
LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
LOCALE_PATHS = [HERE / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
USE_TZ = True
TIME_ZONE = get_localzone_name()

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

# What is sent stays in memory, from the socket to its reader: recordings of walks hold places, and those touch no disk.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = (50 if ACCOUNTS else 200) * 2**20
DATA_UPLOAD_MAX_NUMBER_FILES = 5000

CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "espalda.web.access.without_token"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        **{f"{kind}-src": [SELF] for kind in ("style", "img", "script", "font", "connect", "manifest", "worker")},
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # A page not found is the reader's business, not the log's: its address says what they were looking for.
        "django.request": {"level": "ERROR"},
        # A browser asks for a page and its parts at once: that some wait their turn is no news.
        "waitress.queue": {"level": "ERROR"},
    },
}

if ACCOUNTS:
    INSTALLED_APPS += [
        "django.contrib.humanize",
        "django.contrib.messages",
        "django.contrib.sessions",
        "allauth",
        "allauth.account",
        "allauth.mfa",
        "allauth.usersessions",
    ]
    MIDDLEWARE += [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "allauth.account.middleware.AccountMiddleware",
    ]
    TEMPLATES[0]["OPTIONS"]["context_processors"] += [
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]
    # Where failed tries are counted: every thread sees it, and a restart forgets nothing.
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
    SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
    MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
    AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
    AUTH_PASSWORD_VALIDATORS = [
        {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
        {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
        {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    ]
    LOGIN_URL = "account_login"
    LOGIN_REDIRECT_URL = "home"
    ACCOUNT_ADAPTER = "espalda.web.accounts.Adapter"
    ACCOUNT_SIGNUP_FORM_CLASS = "espalda.web.accounts.SignupForm"
    # No mail is ever sent, so no address is asked for.
    ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
    ACCOUNT_EMAIL_VERIFICATION = "none"
    ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
    ACCOUNT_SESSION_REMEMBER = True
    MFA_ALLOW_UNVERIFIED_EMAIL = True
    MFA_PASSKEY_LOGIN_ENABLED = True
    MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
    MFA_TOTP_ISSUER = "Espalda"
    MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
