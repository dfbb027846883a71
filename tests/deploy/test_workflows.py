"""The workflows: pinned actions, no keys that last, as few permissions as there can be, and steps that run by hand too."""

import json
import re
from pathlib import Path

import pytest
import yaml

from deploy import deploy
from deploy.configuration import Configuration
from deploy.stacks.bootstrap import template as bootstrap

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
WORKFLOWS = {path.name: yaml.safe_load(path.read_text()) for path in FILES}
EACH = pytest.mark.parametrize("name", WORKFLOWS)


def jobs(name):
    return WORKFLOWS[name]["jobs"]


def steps(name):
    return [step for job in jobs(name).values() for step in job.get("steps", [])]


def test_it_works():
    assert set(WORKFLOWS) == {"check.yml", "deploy.yml", "docs.yml", "environment.yml"}
    assert set(jobs("check.yml")) == {"lint", "test", "rehearsal", "images", "proofs"}


@EACH
def test_every_action_is_pinned_by_its_commit(name):
    used = [step["uses"] for step in steps(name) if "uses" in step]
    assert used
    assert [each for each in used if not re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", each)] == []
    text = (ROOT / ".github" / "workflows" / name).read_text()
    assert len(re.findall(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", text, re.MULTILINE)) == len(used)


@EACH
def test_the_same_action_is_the_same_commit_everywhere(name):
    commits = {}
    for each in WORKFLOWS:
        for step in steps(each):
            action, _, commit = step.get("uses", "").partition("@")
            commits.setdefault(action, set()).add(commit)
    assert [action for action, found in commits.items() if len(found) > 1] == []


@EACH
def test_a_token_may_only_read_unless_a_job_says_more(name):
    assert WORKFLOWS[name]["permissions"] == {"contents": "read"}
    wider = {job: value["permissions"] for job, value in jobs(name).items() if "permissions" in value}
    expected = {
        "check.yml": {},
        "deploy.yml": {
            "deploy": {"attestations": "write", "contents": "read", "id-token": "write"},
            "go-back": {"contents": "read", "id-token": "write"},
        },
        "docs.yml": {"publish": {"pages": "write", "id-token": "write"}},
        "environment.yml": {job: {"contents": "read", "id-token": "write"} for job in ("up", "down")},
    }
    assert wider == expected[name]


@EACH
def test_no_stored_key_and_no_token_left_in_the_checkout(name):
    assert "secrets." not in (ROOT / ".github" / "workflows" / name).read_text()
    checkouts = [step for step in steps(name) if step.get("uses", "").startswith("actions/checkout@")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@EACH
def test_what_others_write_reaches_no_shell(name):
    # An expression in a script is pasted into it: a branch's name could then be a command.
    assert [step["run"] for step in steps(name) if "${{" in step.get("run", "")] == []


@EACH
def test_every_job_ends_some_time(name):
    assert [job for job, value in jobs(name).items() if "uses" not in value and "timeout-minutes" not in value] == []


def test_production_is_approved_and_released_to_by_one_at_a_time():
    """With a queue: by default a third run in a group drops the second, which may be a rollback that waits."""
    for job in (jobs("deploy.yml")["deploy"], jobs("deploy.yml")["go-back"]):
        assert job["environment"] == "${{ inputs.environment || 'dev' }}"
        assert job["concurrency"] == {
            "group": "deploy-${{ inputs.environment || 'dev' }}",
            "cancel-in-progress": False,
            "queue": "max",
        }
    assert "concurrency" not in WORKFLOWS["deploy.yml"]
    assert "github.ref == 'refs/heads/main'" in jobs("deploy.yml")["deploy"]["if"]


def test_checks_of_one_commit_do_not_cancel_each_other():
    group = WORKFLOWS["check.yml"]["concurrency"]["group"]
    assert group == "check-${{ github.event_name == 'pull_request' && github.ref || github.run_id }}"


@pytest.mark.parametrize("name", ["deploy.yml", "environment.yml"])
def test_npm_runs_without_an_identity(name):
    page = jobs(name)["page"]
    assert "permissions" not in page
    assert [step["run"] for step in page["steps"] if "run" in step] == ["npm ci --ignore-scripts", "npm run build"]
    with_identity = [job for job in jobs(name).values() if "id-token" in job.get("permissions", {})]
    assert not [step for job in with_identity for step in job["steps"] if "npm" in step.get("run", "")]


def test_a_release_that_fails_hangs_or_is_cancelled_goes_back():
    deploying = jobs("deploy.yml")["deploy"]
    release, assume, back = (
        next(step for step in deploying["steps"] if step.get("name", "").startswith(name))
        for name in ("Release", "Assume the role again", "Go back")
    )
    session = 60  # minutes, of the role and of the action
    assert release["timeout-minutes"] < session < deploying["timeout-minutes"]
    assert back["if"] == assume["if"] == "failure() && steps.release.outcome == 'failure'"
    assert assume["uses"].startswith("aws-actions/configure-aws-credentials@")
    assert "needs.deploy.result == 'cancelled'" in jobs("deploy.yml")["go-back"]["if"]
    assert "always()" in jobs("deploy.yml")["go-back"]["if"]


def test_production_takes_the_images_that_dev_tested():
    wanted = jobs("deploy.yml")["deploy"]["env"]
    assert wanted["IMAGES"] == "${{ vars.IMAGES_FROM && format('--images-from {0}', vars.IMAGES_FROM) || '' }}"
    assert "vars.IMAGES_FROM && " in wanted["ATTESTED"]


def test_what_the_release_built_is_attested():
    (release,) = [step["run"] for step in steps("deploy.yml") if step.get("id") == "release"]
    (attest,) = [step for step in steps("deploy.yml") if step.get("uses", "").startswith("actions/attest@")]
    assert f"--subjects {attest['with']['subject-checksums']} " in release
    assert f"hashFiles('{attest['with']['subject-checksums']}') != ''" in attest["if"]


def test_dependabot_renews_actions_the_base_image_and_every_lock():
    renewed = {
        (each["package-ecosystem"], folder)
        for each in yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text())["updates"]
        for folder in each.get("directories", [each.get("directory")])
    }
    locks = {f"/{path.parent.relative_to(ROOT)}".replace("/.", "/") for path in ROOT.glob("*/requirements.txt")}
    assert renewed >= {("github-actions", "/"), ("docker", "/"), ("npm", "/web"), ("pip", "/")} | {
        ("pip", each) for each in locks
    }
    # Dependabot reads FROM lines, and no variables in them.
    first = re.search(r"^FROM (.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[1]
    assert re.fullmatch(r"python:3\.13-slim-trixie@sha256:[0-9a-f]{64} AS base", first)


def test_the_scripts_take_the_options_they_are_called_with(monkeypatch):
    values = {"$ENVIRONMENT": "prod", "$SERVICES": "files", "$GITHUB_RUN_ID": "7"}
    chosen = "--capacity ec2 --task-layout shared --architecture x86_64"
    scripts = [step["run"] for step in steps("deploy.yml") if "deploy.py" in step.get("run", "")]
    given = {
        "$IMAGES": "--images-from dev",
        "$ATTESTED": "--attested-by owner/name",
        "$ACCEPT": "--accept CVE-2026-1=no-fix-yet",
        "$OPTIONS": chosen,
    }
    called = [re.sub(r"\$[A-Z]+\b(?!\")", lambda found: given[found[0]], script).split() for script in scripts]
    assert len(called) == 5
    for command in called:
        assert command[:2] == [".venv/bin/python", "deploy/deploy.py"]
        options = deploy.parser().parse_args([values.get(word.strip('"'), word) for word in command[2:]])
        assert (options.environment, options.pipeline, options.architecture) == ("prod", True, "x86_64")


def test_the_deploy_role_may_do_what_a_release_calls():
    template = json.loads(bootstrap.template(Configuration("prod")).to_json())
    (policy,) = template["Resources"]["DeployRole"]["Properties"]["Policies"]
    allowed = {action for statement in policy["PolicyDocument"]["Statement"] for action in statement["Action"]}
    assert allowed >= {
        *("ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:PutImage", "ecr:DescribeImageScanFindings"),
        *("cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet", "cloudformation:DescribeStacks", "iam:PassRole"),
        *("cloudformation:CancelUpdateStack", "cloudformation:GetTemplate", "s3:ListBucket", "s3:GetObject", "s3:PutObject"),
        *("cognito-idp:AdminCreateUser", "cognito-idp:AdminSetUserPassword", "cognito-idp:AdminDeleteUser"),
    }


def test_an_environment_of_a_pull_request_is_never_a_forks():
    """And each change of it waits for the one before: a removal never meets a release that runs."""
    up, down = jobs("environment.yml")["up"], jobs("environment.yml")["down"]
    assert up["needs"] == "page"
    for job in (jobs("environment.yml")["page"], down):
        assert "github.event.pull_request.head.repo.full_name == github.repository && " in job["if"]
        assert "contains(github.event.pull_request.labels.*.name, 'environment')" in job["if"]
    assert up["concurrency"] == down["concurrency"]
    assert up["concurrency"] == {"group": "environment-${{ github.event.number }}", "cancel-in-progress": False}


def test_an_environment_of_a_pull_request_is_a_sandbox_and_goes_by_its_name():
    scripts = [step["run"].split(" | ")[0] for step in steps("environment.yml") if "deploy.py" in step.get("run", "")]
    name = WORKFLOWS["environment.yml"]["env"]["ENVIRONMENT"].replace("${{ github.event.number }}", "123456")
    up, down = (
        deploy.parser().parse_args([word.strip('"').replace("$ENVIRONMENT", name) for word in script.split()[2:]])
        for script in scripts
    )
    assert (up.command, up.environment, up.profile, up.yes) == ("up", "pr-123456", "sandbox", True)
    assert (down.command, down.environment, down.yes, down.with_data) == ("down", "pr-123456", "pr-123456", False)


def test_the_role_of_pull_requests_trusts_their_environment_and_touches_roles_of_theirs_only():
    template = (ROOT / "deploy" / "pull_request_role.yaml").read_text()
    assert re.findall(r"!Sub (repo:\S+)", template) == [
        f"repo:${{{each}}}:environment:pull-request" for each in ("GitHubRepository", "ImmutableSubject")
    ]
    assert re.findall(r"!Sub (arn\S+:role/\S+)", template) == ["arn:${AWS::Partition}:iam::${AWS::AccountId}:role/todo-pr-*"]
    assert {job["environment"] for job in jobs("environment.yml").values() if "environment" in job} == {"pull-request"}


def test_images_are_named_where_their_history_is():
    """The tag of a released image is the last commit that changed it; those that are only tested have no such tag."""
    (checkout,) = [step for step in jobs("deploy.yml")["deploy"]["steps"] if step.get("uses", "").startswith("actions/checkout@")]
    assert checkout["with"]["fetch-depth"] == 0
