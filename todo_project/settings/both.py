"""Both services in one process: what local and test settings have in common."""

from todo_project.settings.files import *  # noqa: F403 the files settings are the larger half
from todo_project.settings.files import INSTALLED_APPS, READINESS_CHECKS, REST_FRAMEWORK

SERVICE = "both"
INSTALLED_APPS = [*INSTALLED_APPS, "todos", "drf_spectacular"]
READINESS_CHECKS = ["todos.repository.check_ready", *READINESS_CHECKS]
ROOT_URLCONF = "todo_project.urls.both"

# The containers do not describe themselves: they start without what does.
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_SCHEMA_CLASS": "todo_project.api.openapi.AutoSchema"}
SPECTACULAR_SETTINGS: dict[str, object] = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "To-do service",
    "VERSION": "1.0.0",
    "DESCRIPTION": "To-dos and their attachments. Errors are RFC 9457 problem documents.",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
    # What a container serves, also where local settings add the browsable API's forms and its login.
    "AUTHENTICATION_WHITELIST": ["todo_project.api.authentication.CognitoAuthentication"],
    "PARSER_WHITELIST": ["todo_project.api.parsers.StrictJSONParser", "todo_project.api.parsers.FormDataParser"],
}
