"""What both services share. Only settings modules read the environment.

A variable without a default is required: the process refuses to start and names it.
docs/reference/configuration.md lists every variable; a test holds that list against these modules.
"""

from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured


class Environment(environ.Env):  # type: ignore[misc]  # it has no types
    """django-environ, where every refusal names its variable: also of one that is there but empty, or of the wrong kind.

    A value is taken as it is: one that starts with `$` is not the name of another variable. A key may start so.
    """

    def get_value(self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, parse_default: bool = False) -> Any:
        literal = self.ENVIRON.get(var, "")
        try:
            if literal.startswith("$"):
                return self.parse_value(literal, cast)
            value = super().get_value(var, cast=cast, default=default, parse_default=parse_default)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} must be of the kind {cast.__name__}: {error}") from error
        if value == "" and default is self.NOTSET:
            raise ImproperlyConfigured(f"Set the {var} environment variable: it is empty")
        return value


env = Environment()


def split_hosts(value: str) -> list[str]:
    """`a.example, b.example` as a list, refusing the wildcard that would switch Django's Host check off."""
    hosts = [host.strip() for host in value.split(",") if host.strip()]
    if not hosts or "*" in hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts to serve, separated by commas; '*' is refused.")
    return hosts


DEBUG = False
SECRET_KEY: str = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = split_hosts(env.str("ALLOWED_HOSTS"))

# --- AWS ---
AWS_REGION: str = env.str("AWS_REGION")
AWS_ENDPOINT_URL: str | None = env.str("AWS_ENDPOINT_URL", default="") or None
TODOS_TABLE: str = env.str("TODOS_TABLE")
# Whether the first attempts of calls to DynamoDB go around boto3 (todo_project/aws/fast_path).
AWS_FAST_PATH: bool = env.bool("AWS_FAST_PATH", default=True)

# --- Cognito: who may call ---
COGNITO_USER_POOL_ID: str = env.str("COGNITO_USER_POOL_ID")
COGNITO_CLIENT_ID: str = env.str("COGNITO_CLIENT_ID")
COGNITO_ISSUER = f"https://cognito-idp.{AWS_REGION}.amazonaws.com/{COGNITO_USER_POOL_ID}"
COGNITO_JWKS_URL: str = env.str("COGNITO_JWKS_URL", default="") or f"{COGNITO_ISSUER}/.well-known/jwks.json"
if urlsplit(COGNITO_JWKS_URL).scheme not in {"http", "https"}:
    raise ImproperlyConfigured("COGNITO_JWKS_URL must be an http or https URL.")

# --- Django: no database, no sessions, no admin ---
DATABASES: dict[str, dict[str, str]] = {}
INSTALLED_APPS = ["rest_framework", "todo_project.api"]
MIDDLEWARE = [
    "todo_project.telemetry.logging.RequestLogMiddleware",
    "todo_project.aws.deadline.DeadlineMiddleware",
    "todo_project.api.middleware.QuickGZipMiddleware",
    "todo_project.api.middleware.ServiceMiddleware",
    "django.middleware.common.CommonMiddleware",
]
APPEND_SLASH = False
TIME_ZONE = "UTC"
USE_I18N = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

REST_FRAMEWORK: dict[str, object] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["todo_project.api.authentication.CognitoAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["todo_project.api.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["todo_project.api.parsers.StrictJSONParser"],
    "EXCEPTION_HANDLER": "todo_project.api.problems.exception_handler",
    "URL_FORMAT_OVERRIDE": None,
    # Without django.contrib.auth there is no AnonymousUser to fall back to.
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
}

# --- Metrics: in the line of each request; empty switches them off ---
METRICS_NAMESPACE: str = env.str("METRICS_NAMESPACE", default="Todo")

# --- Traces: off, printed ("1"), or sent by OTLP to a URL. Only here is the module named that imports OpenTelemetry ---
TRACES: str = env.str("TRACES", default="")
AWS_CLIENT_WATCHERS: list[str] = []
if TRACES:
    if TRACES != "1" and urlsplit(TRACES).scheme not in {"http", "https"}:
        raise ImproperlyConfigured("TRACES must be empty, 1, or the http or https URL of an OTLP receiver.")
    MIDDLEWARE.insert(1, "todo_project.telemetry.tracing.TracingMiddleware")
    AWS_CLIENT_WATCHERS.append("todo_project.telemetry.tracing.watch")

# --- Logs: one JSON object a line on standard error ---
LOG_LEVEL: str = env.str("LOG_LEVEL", default="INFO")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "todo_project.telemetry.logging.RequestIdFilter"},
        "without_url": {"()": "todo_project.telemetry.logging.WithoutURLFilter"},
    },
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.orjson.OrjsonFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s %(service)s %(requestID)s %(apiRequestID)s",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
        }
    },
    "handlers": {
        "null": {"class": "logging.NullHandler"},
        "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request_id"]},
    },
    # Libraries' lines below ERROR have paths and URLs in them, and so ids, e-mail addresses and file names.
    "root": {"handlers": ["stderr"], "level": "ERROR"},
    "loggers": {
        **{name: {"level": LOG_LEVEL} for name in ("todo", "todo_project", "todos", "files", "local")},
        "django": {"handlers": [], "level": "ERROR"},
        **{f"django.{name}": {"handlers": ["null"], "propagate": False} for name in ("server", "request", "security")},
        # The alarm on an overdue purge waits for this line, whatever the level of all others is.
        "todo.purge": {"level": "INFO"},
        # Its warnings repeat what they refuse. Its access log stays off: RequestLogMiddleware logs requests, without URLs.
        "gunicorn.error": {"handlers": [], "propagate": True, "level": "ERROR", "filters": ["without_url"]},
    },
}

# --- The container's server (gunicorn.conf.py reads these) ---
WEB_CONCURRENCY: int = env.int("WEB_CONCURRENCY", default=2)
WEB_THREADS: int = env.int("WEB_THREADS", default=12)
