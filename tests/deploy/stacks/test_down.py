"""`deploy.py down`: nothing goes before its environment is named, and what was promised to go is gone."""

import io
import re
import sys

import pytest

from tests.deploy.stacks.conftest import DATA


@pytest.fixture
def down(run):
    """Run `down`, with the environment's name: ``down()`` -> (exit status, everything printed)."""
    return lambda *arguments: run("--yes", "dev", *arguments, command="down")


@pytest.fixture
def filled(emulator, parts, run, resources):
    """The stack with a versioned bucket that holds an object, its older version and a deleted one; returns the bucket's name."""
    parts["bucket"] = True
    assert run()[0] == 0
    s3, bucket = emulator.client("s3"), resources()["SiteBucket"]
    for key in ("page", "page", "gone"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    s3.delete_object(Bucket=bucket, Key="gone")
    return bucket


@pytest.fixture
def terminal(monkeypatch):
    """A terminal at which somebody types a line."""

    return lambda line: monkeypatch.setattr(sys, "stdin", io.StringIO(line))


def kept(emulator):
    """What is left of tables and buckets."""
    tables, buckets = emulator.client("dynamodb").list_tables()["TableNames"], emulator.client("s3").list_buckets()["Buckets"]
    return [*tables, *(each["Name"] for each in buckets)]


def test_it_works(down, filled, emulator, cloudformation):
    status, text = down()
    assert status == 0, text
    assert f"{filled}: 4 versions of objects deleted" in text
    assert text.endswith("todo-dev-data: removed.\nLeft in the account with the tag env=dev: nothing\n")
    assert kept(emulator) == []
    assert cloudformation.list_stacks()["StackSummaries"][0]["StackStatus"] == "DELETE_COMPLETE"


def test_the_name_is_asked_for(run, terminal, cloudformation):
    run()
    terminal("dev\n")
    status, text = run(command="down")
    assert (status, "Type its name to go on" in text) == (0, True)
    assert cloudformation.list_stacks()["StackSummaries"][0]["StackStatus"] == "DELETE_COMPLETE"


def test_another_name_removes_nothing(run, terminal, resources):
    run()
    terminal("prod\n")
    status, text = run(command="down")
    assert (status, text.splitlines()[-1].endswith("'prod' is not 'dev'. Nothing was removed.")) == (1, True)
    assert "TodosTable" in resources()


def test_a_program_that_names_another_environment_removes_nothing(run, resources):
    run()
    assert run("--yes", "prod", command="down")[0] == 1
    assert "TodosTable" in resources()


def test_without_a_terminal_nothing_is_removed(run, resources, terminal):
    run()
    terminal("")
    status, text = run(command="down")
    assert (status, "There is no terminal to ask at: add --yes" in text) == (1, True)
    assert "TodosTable" in resources()


def test_what_templates_retain_stays_and_is_listed(parts, filled, run, down, emulator, resources):
    parts["kept"] = True
    run()
    names = {resources()[name] for name in ("TodosTable", "SiteBucket")}
    status, text = down()
    assert status == 0, text
    assert "todo-dev-data: 3 resources, of which TodosTable, SiteBucket stay" in text
    assert set(kept(emulator)) == names
    # The embedded AWS gives buckets no tags of their stack.
    (table,) = names - {filled}
    assert re.search(rf"Left in the account with the tag env=dev: 1\n  arn:aws:dynamodb:\S+:table/{table}\n$", text)


def test_with_data_that_goes_too(parts, filled, run, down, emulator):
    parts["kept"] = True
    run()
    status, text = down("--with-data")
    assert (status, text.endswith("env=dev: nothing\n")) == (0, True), text
    assert kept(emulator) == []


def test_production_is_refused_with_what_to_do(run, cloudformation):
    run("--environment", "prod")
    status, text = run("--environment", "prod", "--yes", "prod", "--with-data", command="down")
    assert status == 1
    assert "prod is in production, and nothing was removed." in text
    assert "deploy.py up --environment prod --profile standard" in text
    assert cloudformation.describe_stacks(StackName="todo-prod-data")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"


def test_where_nothing_is_there_it_says_so(down):
    status, text = down()
    assert status == 0
    assert "Nothing to remove: none of the stacks exists." in text
    assert DATA not in text
