"""Each exercise starts unsolved, says what is wrong, and knows its solution."""

import json

import pytest

from exercises import broken_image, one_request
from exercises.__main__ import EXERCISES, main

RIGHT_RULES = [
    {"priority": 10, "paths": ["/api/*/todos", "/api/*/todos/*"], "target": "todos"},
    {"priority": 20, "paths": ["/api/*/files", "/api/*/files/*"], "target": "files"},
]


def permission(policy):
    policy["Statement"][0]["Action"] = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
    return policy


def network_acl(rules):
    rules[9]["cidr"] = "10.20.0.0/16"
    return [*rules, {"acl": "endpoint", "number": 30, "direction": "in", "cidr": "10.20.0.0/16", "from": 1024, "to": 65535}]


SOLUTIONS = {
    "1": ("policy.json", permission),
    "2": ("rules.json", network_acl),
    "3": ("rules.json", lambda _: RIGHT_RULES),
    "4": ("alarm.json", lambda found: {**found, "sums": [5, 0, 5, 0, 5], "runbook": "target-5xx"}),
    "5": ("finding.json", lambda _: one_request.FINDING),
    "7": ("steps.json", lambda steps: [steps[1], steps[2], steps[3], steps[4], steps[0]]),
    "8": ("finding.json", lambda _: {"failedDeployment": "ecs-svc/2", "failedTasks": 3, "runningTaskDefinition": "todos:1"}),
}
DEPLOYMENTS = [
    {"id": "ecs-svc/1", "status": "PRIMARY", "rolloutState": "COMPLETED", "failedTasks": 0, "taskDefinition": "todos:1"},
    {"id": "ecs-svc/2", "status": "ACTIVE", "rolloutState": "FAILED", "failedTasks": 3, "taskDefinition": "todos:2"},
]


@pytest.fixture(autouse=True)
def rehearsed(tmp_path, monkeypatch):
    """What the rehearsal records of a broken image."""
    record = tmp_path / "broken-image.json"
    record.write_text(json.dumps({"deployments": DEPLOYMENTS}))
    monkeypatch.setattr(broken_image, "RECORD", record)
    return record


def test_every_exercise_has_its_solution_here() -> None:
    assert EXERCISES.keys() == {*SOLUTIONS, "6"}


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("1", "The step “move it to the trash” fails: "),
        ("2", "The load balancer calls a task: network ACL endpoint refuses port 49152"),
        ("3", "/api/0a4c0d5e/files goes to todos; it should go to files."),
        ("4", "1 of the last 5 datapoints reach 5; the alarm needs 3. Its state is OK."),
        ("5", "`task` in finding.json is not that of the request JKJaXmPLvHcESHA=."),
        ("6", "The to-do passport is 'Renew the passport'; it should be 'Renew both passports'."),
        ("7", "requests failed with 502: "),
        ("8", "`failedTasks` in finding.json is not what "),
    ],
)
def test_it_starts_unsolved_and_says_what_is_wrong(number, says, tmp_path, capsys) -> None:
    assert main([number], tmp_path) == 1
    said = capsys.readouterr().out
    assert says in said
    assert said.endswith("Not solved yet.\n")


@pytest.mark.parametrize("number", SOLUTIONS)
def test_it_knows_its_solution(number, tmp_path, capsys) -> None:
    name, solve = SOLUTIONS[number]
    path = tmp_path / number / name
    path.parent.mkdir()
    path.write_text(json.dumps(solve(json.loads(EXERCISES[number].FILES[name]))))
    assert main([number], tmp_path) == 0
    assert capsys.readouterr().out.endswith("Solved.\n")


def test_a_restore_that_keeps_what_is_there_is_right(tmp_path) -> None:
    text = EXERCISES["6"].FILES["restore.py"]
    kept = text.replace(
        "    live.put_item(Item=item)\n",
        "    if 'Item' not in live.get_item(Key={name: item[name] for name in ('userID', 'todoID')}):\n"
        "        live.put_item(Item=item)\n",
    )
    (tmp_path / "6").mkdir()
    (tmp_path / "6" / "restore.py").write_text(kept)
    assert main(["6"], tmp_path) == 0


def test_a_permission_too_many_is_found(tmp_path, capsys) -> None:
    policy = permission(json.loads(EXERCISES["1"].FILES["policy.json"]))
    policy["Statement"][0]["Action"].append("dynamodb:Scan")
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "policy.json").write_text(json.dumps(policy))
    assert main(["1"], tmp_path) == 1
    assert "No step needs dynamodb:Scan." in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "{", "[]", '{"alarm": "TodosTarget5xxAlarm"}'])
def test_a_file_that_cannot_be_read_gets_a_sentence(text, tmp_path, capsys) -> None:
    (tmp_path / "4").mkdir()
    (tmp_path / "4" / "alarm.json").write_text(text)
    assert main(["4"], tmp_path) == 1
    assert "alarm.json cannot be read: " in capsys.readouterr().out


def test_an_alarm_that_is_not_there_gets_a_sentence(tmp_path, capsys) -> None:
    (tmp_path / "4").mkdir()
    (tmp_path / "4" / "alarm.json").write_text('{"alarm": "Nothing", "sums": [], "runbook": ""}')
    assert main(["4"], tmp_path) == 1
    assert "The template has no alarm Nothing." in capsys.readouterr().out


def test_a_target_is_drained_before_its_task_stops(tmp_path, capsys) -> None:
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "steps.json").write_text('["start a new task", "register", "deregister", "stop the old task", "drain"]')
    assert main(["7"], tmp_path) == 1
    assert "requests failed with 502: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ('["start a new task"]', "steps.json needs each of the five steps exactly once."),
        (
            '["register", "start a new task", "deregister", "drain", "stop the old task"]',
            "must be started before it is registered.",
        ),
    ],
)
def test_steps_that_cannot_be_done_get_a_sentence(steps, says, tmp_path, capsys) -> None:
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "steps.json").write_text(steps)
    assert main(["7"], tmp_path) == 1
    assert says in capsys.readouterr().out


def test_a_broken_image_must_have_been_rolled_out(tmp_path, capsys, rehearsed) -> None:
    rehearsed.unlink()
    assert main(["8"], tmp_path) == 1
    assert "Roll the image out first: make rehearse ARGS='-k rolled_back'" in capsys.readouterr().out


def test_an_unknown_number_is_refused(tmp_path, capsys) -> None:
    assert main(["9"], tmp_path) == 2
    assert capsys.readouterr().out == "There is no exercise 9. Choose one: make exercise N=1 to N=8.\n"
