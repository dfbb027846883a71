#!/usr/bin/env python
"""Django's command line. Local settings are the default: they start the embedded AWS."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "todo_project.settings.local")
    execute_from_command_line(sys.argv)
