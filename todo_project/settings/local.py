"""The laptop: both apps, the browsable API, the schema and the web application, on an embedded AWS started for you.

The embedded AWS hands out the very variables a container gets; everything else is the production settings.
"""

import os
from pathlib import Path

import environ

from todo_project import localaws

_env = environ.Env()
PORT: int = _env.int("PORT", default=8000)
LOCALAWS_PORT: int = _env.int("LOCALAWS_PORT", default=4566)
LOCALAWS_STATE_DIR = Path(_env.str("LOCALAWS_STATE_DIR", default=str(Path(__file__).resolve().parents[2] / ".localaws")))
SITE_ORIGINS = [f"http://127.0.0.1:{PORT}", f"http://localhost:{PORT}"]
os.environ.update(localaws.environment(state_dir=LOCALAWS_STATE_DIR, port=LOCALAWS_PORT, site_origins=SITE_ORIGINS))

from todo_project.settings.both import *  # noqa: E402, F403 needs the variables set above
from todo_project.settings.both import INSTALLED_APPS, LOGGING, MIDDLEWARE, REST_FRAMEWORK, SPECTACULAR_SETTINGS, STORAGES  # noqa: E402

INSTALLED_APPS = [
    # first, so that its runserver is the one found
    "todo_project.localaws",
    "todo_project.localweb",
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
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "todo_project.localweb.views.csrf_failure"

SPECTACULAR_SETTINGS = {
    **SPECTACULAR_SETTINGS,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

REST_FRAMEWORK = {
    **REST_FRAMEWORK,
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "todo_project.shared.authentication.CognitoAuthentication",
        "todo_project.localweb.authentication.BrowserSession",
    ],
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "todo_project.localweb.renderers.FilledFormsRenderer",
    ],
    "DEFAULT_PARSER_CLASSES": ["todo_project.shared.parsers.StrictJSONParser", "rest_framework.parsers.FormParser"],
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

LOGGING = {**LOGGING, "formatters": {"json": {"()": "todo_project.localweb.logs.ReadableFormatter"}}}
