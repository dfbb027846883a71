"""`deploy.py stacks --parameters`: what is given reaches the stack, stays there, and is checked first."""

import pytest

from tests.deploy.stacks.conftest import DATA


def test_a_parameter_reaches_the_stack(run, cloudformation, parts):
    parts["size"] = True
    assert run("--parameters", "Size=3")[0] == 0
    outputs = cloudformation.describe_stacks(StackName=DATA)["Stacks"][0]["Outputs"]
    assert {each["OutputKey"]: each["OutputValue"] for each in outputs}["GivenSize"] == "3"


def test_a_parameter_that_was_given_once_is_remembered(run, cloudformation, parts):
    parts["size"] = True
    run("--parameters", "Size=3")
    parts["topics"] = []
    assert run()[0] == 0
    assert cloudformation.describe_stacks(StackName=DATA)["Stacks"][0]["Parameters"] == [
        {"ParameterKey": "Size", "ParameterValue": "3"}
    ]


def test_a_missing_parameter_is_named_with_its_purpose(run, parts):
    parts["size"] = True
    status, text = run()
    assert status == 2
    assert "Stack todo-dev-data needs a value for Size (How large it is): add --parameters Size=" in text


def test_an_unknown_parameter_is_refused_with_the_known_ones(run, parts):
    parts["size"] = True
    status, text = run("--parameters", "Sise=3")
    assert status == 2
    assert "No selected stack takes a parameter named Sise. They take: Size." in text


@pytest.mark.parametrize("pair", ["Size", "=3"])
def test_a_parameter_without_name_or_value_is_refused(run, pair, capsys):
    with pytest.raises(SystemExit, match="2"):
        run("--parameters", pair)
    assert f"'{pair}' has no name or no '=': write it as NAME=…" in capsys.readouterr().err


def test_a_value_out_of_bounds_is_refused_and_leaves_no_stack(run, cloudformation, parts):
    parts["size"] = True
    status, text = run("--parameters", "Size=10")
    assert status == 1
    assert "Size" in text
    assert cloudformation.list_stacks()["StackSummaries"] == []
