"""A service's settings read again in this process, which holds both, from the variables given and no other."""

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType

import pytest

import todo_project.settings as package


def read(service: str, variables: Mapping[str, str]) -> ModuleType:
    """The settings module. What it raises is what ends a container's process at its start."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            patch.delenv(name)
        for name, value in variables.items():
            patch.setenv(name, value)
        for name in ("base", service):
            patch.delitem(sys.modules, f"{package.__name__}.{name}", raising=False)
            patch.setattr(package, name, None, raising=False)  # the import sets it; the context puts back what was there
        return import_module(f"{package.__name__}.{service}")
