"""Lines of libraries below ERROR are not written: they have URLs in them, and so people's ids and the names of their files."""

import logging
from typing import Any

import pytest

NAME = "confidential.txt"


def test_it_works(log: Any) -> None:
    logging.getLogger("todo_project.x").info("ours")
    logging.getLogger("some_library").error("broken")
    assert [line["message"] for line in log()] == ["ours", "broken"]


@pytest.mark.parametrize("name", ["urllib3.connection", "botocore.retries", "boto3", "django", "rest_framework", "some_library"])
@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING])
def test_nothing_below_error_passes(name: str, level: int, log: Any) -> None:
    logging.getLogger(name).log(level, "GET /%s", NAME)
    assert log() == []
