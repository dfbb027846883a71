#!/usr/bin/env python
"""Django's command line. Local settings are the default: they start the embedded AWS."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "todo_project.settings.local")
    try:
        settings.INSTALLED_APPS  # noqa: B018  # reads the settings module, so that what it refuses is one sentence for every command
    except ImproperlyConfigured as refusal:
        sys.exit(f"{refusal}")
    execute_from_command_line(sys.argv)
