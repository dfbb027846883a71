"""The laptop: both apps, the browsable API, the schema and the web application, on an embedded AWS started for you.

The embedded AWS hands out the very variables a container gets; everything else is the production settings.
"""

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from local import aws

_env = environ.Env()


def _port(name: str, value: str, lowest: int) -> int:
    """The value of a variable that names a TCP port."""
    if not (value.isascii() and value.isdigit() and lowest <= int(value) <= 65535):  # noqa: PLR2004  # the highest port
        raise ImproperlyConfigured(f"{name}={value} is not a port: it must be a number from {lowest} to 65535.")
    return int(value)


# Where these settings would be a danger: passwords of demo accounts, keys that everybody knows, pages that tell more.
_IN_A_CONTAINER = ("ECS_CONTAINER_METADATA_URI_V4", "AWS_EXECUTION_ENV", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
for _name in _IN_A_CONTAINER:
    if os.environ.get(_name):
        raise ImproperlyConfigured(
            f"These settings are for a laptop, but {_name} says that this is a container on AWS. "
            "Set DJANGO_SETTINGS_MODULE to todo_project.settings.todos or todo_project.settings.files."
        )
if os.environ.get("AWS_ACCESS_KEY_ID", "").startswith(("AKIA", "ASIA")):
    raise ImproperlyConfigured(
        "These settings are for a laptop, but AWS_ACCESS_KEY_ID is the key of a real account. "
        "Start without it: env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN make run"
    )
PORT = _port("PORT", _env.str("PORT", default="8000"), lowest=1)
os.environ["BIND"] = _bind = os.environ.get("BIND") or f"127.0.0.1:{PORT}"
if not _bind.startswith(("127.", "localhost:", "[::1]:")):
    raise ImproperlyConfigured(f"These settings are for this computer alone: BIND={_bind} would open them to others.")
LOCALAWS_PORT = _port("LOCALAWS_PORT", _env.str("LOCALAWS_PORT", default="4566"), lowest=0)
LOCALAWS_STATE_DIR = Path(_env.str("LOCALAWS_STATE_DIR", default=str(Path(__file__).resolve().parents[2] / ".localaws")))
SITE_ORIGINS = [f"http://127.0.0.1:{PORT}", f"http://localhost:{PORT}"]
os.environ.update(aws.environment(state_dir=LOCALAWS_STATE_DIR, port=LOCALAWS_PORT, site_origins=SITE_ORIGINS))

from todo_project.settings.both import *  # noqa: E402, F403 needs the variables set above
from todo_project.settings.both import INSTALLED_APPS, LOGGING, MIDDLEWARE, REST_FRAMEWORK, SPECTACULAR_SETTINGS, STORAGES  # noqa: E402

INSTALLED_APPS = [
    "local",  # first, so that its runserver is the one found
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "drf_spectacular_sidecar",
    *INSTALLED_APPS,
]
MIDDLEWARE = [*MIDDLEWARE, "django.contrib.sessions.middleware.SessionMiddleware"]
ROOT_URLCONF = "todo_project.urls.local"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

# The browsable API's login keeps the token in a signed cookie: there is no database for sessions.
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SAMESITE = "Strict"

SPECTACULAR_SETTINGS = {
    **SPECTACULAR_SETTINGS,
    "DESCRIPTION": f"""{SPECTACULAR_SETTINGS["DESCRIPTION"]}

To try a request, press Authorize and paste a token. `./manage.py token EMAIL` prints one that works for an hour,
`./manage.py createaccount EMAIL` makes the account.""",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

REST_FRAMEWORK = {
    **REST_FRAMEWORK,
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "todo_project.api.authentication.CognitoAuthentication",
        "local.web.authentication.BrowserSession",
    ],
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "local.web.renderers.FilledFormsRenderer",
    ],
    "DEFAULT_PARSER_CLASSES": ["todo_project.api.parsers.StrictJSONParser", "rest_framework.parsers.MultiPartParser"],
}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
STATIC_URL = "/static/"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

LOGGING = {
    **LOGGING,
    "formatters": {
        "readable": {
            "()": "local.logs.ReadableFormatter",
            "fmt": "%(asctime)s %(message)s %(requestID)s",
            "datefmt": "%H:%M:%S",
        }
    },
    "handlers": {**LOGGING["handlers"], "stderr": {**LOGGING["handlers"]["stderr"], "formatter": "readable"}},
}
