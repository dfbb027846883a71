"""Both services in one process: what local and test settings have in common."""

from todo_project.settings.files import *  # noqa: F403 the files settings are the larger half
from todo_project.settings.files import INSTALLED_APPS, READINESS_CHECKS

SERVICE = "both"
INSTALLED_APPS = [*INSTALLED_APPS, "todos"]
READINESS_CHECKS = ["todos.repository.reach", *READINESS_CHECKS]
ROOT_URLCONF = "todo_project.urls.both"
