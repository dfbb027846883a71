"""The container "todos": the app `todos` alone, on port 8080."""

from todo_project.settings.base import *  # noqa: F403 a settings module is its base and more
from todo_project.settings.base import INSTALLED_APPS, env

SERVICE = "todos"  # its name in logs and metrics
INSTALLED_APPS = [*INSTALLED_APPS, "todos"]
ROOT_URLCONF = "todo_project.urls.todos"
READINESS_CHECKS = ["todos.repository.check_ready"]
AWS_SERVICES = ["dynamodb"]
MADE_AT_START = ["todo_project.aws.dynamodb.client"]
BIND: str = env.str("BIND", default="0.0.0.0:8080")
