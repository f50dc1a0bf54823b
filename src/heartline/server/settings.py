"""Every setting of the server, typed, from the environment. Without a data folder it serves tests, in memory.

HEARTLINE_DATA      the data folder
HEARTLINE_KEYS      where keys are kept, outside the data folder; default ~/.config/heartline/keys
HEARTLINE_URL       the address people use, https://… in production; default http://localhost:PORT
HEARTLINE_PRIVATE_HOSTS  names and networks that may be called though they are not public; default none
HEARTLINE_MAIL      smtp://USER:PASSWORD@HOST:PORT, or smtps://…; without it no mail is sent
HEARTLINE_MAIL_FROM the address that mails come from; default no-reply@ the host of HEARTLINE_URL
HEARTLINE_DEBUG     1 shows what went wrong on error pages; never in production
DATABASE_URL        postgres://USER:PASSWORD@HOST:PORT/NAME instead of SQLite in the data folder
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

SERVER = Path(__file__).parent

FEATURES: tuple[str, ...] = (
    "collect.catalogue",
    "collect.start",
    "listen.scores",
    "listen.voices",
    "listen.reviews",
    "listen.feedback",
    "listen.interviews",
    "listen.surveys",
    "listen.themes",
    "listen.reading",
    "listen.alerts",
    "listen.employees",
    "people.customers",
    "understand.today",
    "understand.search",
    "understand.journeys",
    "understand.touchpoints",
    "understand.behind",
    "understand.paths",
    "understand.waits",
    "collect.imports",
    "collect.received",
    "collect.placement",
    "collect.tracking",
    "collect.offline",
    "collect.folders",
    "collect.hooks",
    "collect.connections",
    "people.contacts",
    "people.privacy",
    "people.identity",
    "people.consent",
    "people.eligibility",
    "act.outbound",
)
"""Feature folders: each is a Django app whose `urls` and, where it has one, `api` are served."""


def _folder() -> Path | None:
    text = os.environ.get("HEARTLINE_DATA")
    return Path(text).absolute() if text else None


def _database(url: str | None, folder: Path | None) -> dict[str, Any]:
    """Choose the operational database: a server when one is named, else a file in the data folder."""
    if url:
        parts = urlsplit(url)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(folder / "heartline.db") if folder else ":memory:",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,  # seconds that a writer waits for another one
            "transaction_mode": "IMMEDIATE",  # waits at the start instead of failing in the middle
            "init_command": "PRAGMA journal_mode=WAL;",
        },
    }


def _secret(folder: Path | None) -> str:
    """Read the key that signs sessions and links, made on first use beside the lake's key."""
    if folder is None:
        return "signs nothing that outlives a test"
    home = Path(os.environ.get("HEARTLINE_KEYS") or Path.home() / ".config" / "heartline" / "keys")
    path = home / f"{(folder / 'lake' / 'id').read_text().strip()}.session"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)  # the first of two starting processes wins, and both read its key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()


DATA = _folder()
_PORT = os.environ.get("HEARTLINE_PORT", "")
URL = urlsplit(os.environ.get("HEARTLINE_URL") or f"http://localhost{_PORT and f':{_PORT}'}")
SECURE = URL.scheme == "https"

DEBUG = os.environ.get("HEARTLINE_DEBUG") == "1"
PRIVATE_HOSTS = tuple(filter(None, os.environ.get("HEARTLINE_PRIVATE_HOSTS", "").split(",")))
SECRET_KEY = _secret(DATA)
ALLOWED_HOSTS = [URL.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_FAILURE_VIEW = "heartline.server.shell.errors.csrf"
CSRF_TRUSTED_ORIGINS = [f"{URL.scheme}://{URL.netloc}"]

INSTALLED_APPS = [
    "heartline.server.shell",  # before allauth, whose templates ours replace
    "heartline.server.accounts",
    "heartline.server.jobs",
    *(f"heartline.server.{feature}" for feature in FEATURES),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "heartline.server.shell.security.headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "heartline.server.shell.language.chosen",
    "heartline.server.shell.security.readable",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "heartline.server.accounts.access.signed_in",
    "heartline.server.accounts.trail.exports",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "heartline.server.shell.errors.explained",
]
ROOT_URLCONF = "heartline.server.urls"
WSGI_APPLICATION = "heartline.server.shell.pages.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "heartline.server.shell.navigation.menu",
                "heartline.server.collect.start.banner.demo",
                "heartline.server.accounts.asking.offered",
            ],
            "builtins": ["heartline.server.shell.templatetags.shell"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

DATABASES = {"default": _database(os.environ.get("DATABASE_URL"), DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "heartline.server.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reauthenticate": "10/m/user"}
MFA_ADAPTER = "heartline.server.accounts.second_step.Adapter"
MFA_TOTP_ISSUER = "Heartline"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are the administrator's, who invites people
ACCOUNT_SESSION_REMEMBER = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
SIGNIN_LINK_S = 3600
SHARED_RATE = "120/m/ip"  # pages behind shared links, by visitor

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 86_400
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # the front sets it; pages hear nobody else
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

_MAIL = urlsplit(os.environ.get("HEARTLINE_MAIL") or "")
EMAIL_HOST = _MAIL.hostname or ""
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_MAIL.username or ""), unquote(_MAIL.password or "")
EMAIL_USE_SSL = _MAIL.scheme == "smtps"
EMAIL_USE_TLS = bool(EMAIL_HOST_USER) and not EMAIL_USE_SSL  # a password goes over an encrypted line only
EMAIL_PORT = _MAIL.port or (465 if EMAIL_USE_SSL else 587 if EMAIL_HOST_USER else 25)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("HEARTLINE_MAIL_FROM") or f"no-reply@{URL.hostname or 'localhost'}"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German")), ("es", _("Spanish"))]
LOCALE_PATHS = [SERVER / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # assets are committed with versioned names: nothing is collected at install
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 60  # of our own files, which keep their names
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/vendor/.+-[0-9.]+(-latin(-ext)?)?\.[a-z0-9]+$"  # versioned names

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
