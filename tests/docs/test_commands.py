"""Every command of AWS in the documents exists, with the options it is given: held against botocore's description of AWS."""

import re
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

DOCS = Path(__file__).resolve().parents[2] / "docs"
SESSION = botocore.session.get_session()
SHELL = re.compile(r"^```sh$(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(aws [^`]+)`")
START = re.compile(r"\baws (?=[a-z0-9-]+ [a-z])")
OPTION = re.compile(r"(?<=\s)--([a-z0-9-]+)")
PIPE = re.compile(r"\n| \| (?=[a-z]+ )")
INNER = re.compile(r"\$\([^()]*\)")
# What the command line adds to an operation's own parameters, and what it calls otherwise than the API does.
GLOBAL = {"query", "output", "region", "profile"}
SERVICES = {"s3api": "s3"}
CUSTOM = {"sso login", "logs tail", "cloudformation deploy"}


def commands() -> list[str]:
    """Each command, from `aws` to the end of its line or of the parenthesis around it, without commands inside it."""
    found = set()
    for path in DOCS.rglob("*.md"):
        text = path.read_text()
        pieces = [*(block.replace("\\\n", " ") for block in SHELL.findall(text)), *INLINE.findall(text)]
        found |= {whole(PIPE.split(piece[match.start() :])[0]) for piece in pieces for match in START.finditer(piece)}
    return sorted(found)


def whole(text: str) -> str:
    """``text`` up to the parenthesis that closes what opened before it."""
    depth = 0
    for position, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth < 0:
            text = text[:position]
            break
    while INNER.search(text):
        text = INNER.sub("VALUE", text)
    return text


def described(service: str, operation: str, argument: str) -> Any:
    """botocore's input shape of an operation, or of the one that a waiter repeats."""
    model = SESSION.get_service_model(SERVICES.get(service, service))
    if operation == "wait":
        waiters = SESSION.get_waiter_model(service)
        (name,) = [each for each in waiters.waiter_names if xform_name(each, "-") == argument]
        operation = xform_name(waiters.get_waiter(name).operation, "-")
    (name,) = [each for each in model.operation_names if xform_name(each, "-") == operation]
    return model.operation_model(name).input_shape


@pytest.mark.parametrize("command", commands())
def test_it_exists_with_its_options(command: str) -> None:
    _, service, operation, argument, *_ = [*command.split(), "", ""]
    if f"{service} {operation}" in CUSTOM:
        return
    shape = described(service, operation, argument)
    members = {xform_name(each, "-"): each for each in (shape.members if shape else {})}
    given = set(OPTION.findall(command)) - GLOBAL
    assert given <= set(members)
    # In a sentence only the name may stand.
    if given:
        assert {xform_name(each, "-") for each in shape.required_members} <= given


def test_there_are_some() -> None:
    assert len(commands()) > 30
