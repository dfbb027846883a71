"""`deploy.py down`: nothing goes that was not named."""

from tests.deploy.stacks.conftest import DATA


def test_down_without_the_names_removes_nothing(run, resources):
    run()
    status, text = run(command="down")
    assert status == 1
    assert "add --confirm todo-dev-data. Nothing was removed." in text
    assert "TodosTable" in resources()


def test_down_with_the_names_removes_the_stack_despite_its_protection(run, cloudformation):
    run()
    status, text = run("--confirm", DATA, command="down")
    assert status == 0
    assert "todo-dev-data: removed." in text
    assert cloudformation.list_stacks()["StackSummaries"][0]["StackStatus"] == "DELETE_COMPLETE"


def test_down_refuses_what_holds_data_in_prod(run, cloudformation):
    run("--environment", "prod")
    status, text = run("--environment", "prod", "--confirm", "todo-prod-data", command="down")
    assert status == 1
    assert "In production todo-prod-data are never removed by this program" in text
    assert cloudformation.describe_stacks(StackName="todo-prod-data")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"


def test_down_of_nothing_says_so(run):
    assert run(command="down") == (0, "Nothing to remove: none of the stacks exists.\n")
