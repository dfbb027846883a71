"""A service that does not come up: what its tasks and their logs say, asked of an embedded AWS over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from deploy.release.diagnosis import stopped_tasks

CLUSTER = "cluster"
TRACE = "django.core.exceptions.ImproperlyConfigured: Set ALLOWED_HOSTS."
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def ecs(emulator):
    client = emulator.client("ecs")
    client.create_cluster(clusterName=CLUSTER)
    for name in ("todos", "files"):
        client.register_task_definition(
            family=name,
            containerDefinitions=[
                {
                    "name": name,
                    "image": "image:abcdef0",
                    "logConfiguration": {
                        "logDriver": "awslogs",
                        "options": {"awslogs-group": f"{name}-group", "awslogs-stream-prefix": name},
                    },
                }
            ],
        )
    return client


@pytest.fixture
def stop(ecs):
    """Run a task of a service and stop it with a reason; returns its id."""

    def run_and_stop(service, reason):
        task = ecs.run_task(cluster=CLUSTER, taskDefinition=service, group=f"service:{service}")["tasks"][0]["taskArn"]
        ecs.stop_task(cluster=CLUSTER, task=task, reason=reason)
        return task.rsplit("/", 1)[1]

    return run_and_stop


@pytest.fixture
def told(emulator, ecs):
    return lambda since=LONG_AGO: stopped_tasks(ecs, emulator.client("logs"), CLUSTER, since)


def write(emulator, service, task, *lines):
    logs = emulator.client("logs")
    stream = {"logGroupName": f"{service}-group", "logStreamName": f"{service}/{service}/{task}"}
    logs.create_log_group(logGroupName=stream["logGroupName"])
    logs.create_log_stream(**stream)
    now = int(datetime.now(UTC).timestamp() * 1000)
    logs.put_log_events(**stream, logEvents=[{"timestamp": now, "message": line} for line in lines])


def test_it_works(emulator, stop, told):
    write(emulator, "todos", stop("todos", "Essential container in task exited"), *(f"line {n}" for n in range(20)), TRACE)
    text = told()
    assert "A task of service:todos stopped: Essential container in task exited\n  todos: " in text
    assert text.endswith(f"    line 19\n    {TRACE}")
    assert "line 11\n" in text
    assert "line 10\n" not in text


def test_of_each_service_the_newest_task_is_shown(stop, told):
    stop("files", "CannotPullContainerError: first")
    stop("files", "CannotPullContainerError: second")
    text = told()
    assert "A task of service:files stopped: CannotPullContainerError: second\n" in text
    assert "first" not in text
    assert "    (it wrote no line)" in text


def test_a_task_that_was_replaced_did_not_fail(stop, told):
    stop("files", "Scaling activity initiated by (deployment ecs-svc/1)")
    assert "Scaling activity" not in told()


def test_what_stopped_before_this_deployment_is_left_out(told):
    assert told(datetime.now(UTC) + timedelta(minutes=1)) == ""


def test_keys_that_may_not_ask_are_told_so(emulator, ecs):
    class Refusing:
        def list_tasks(self, **_):
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}, "ListTasks")

    text = stopped_tasks(Refusing(), emulator.client("logs"), CLUSTER, LONG_AGO)
    assert text.startswith("ECS could not be asked why: ")
    assert text.endswith(": not authorized")
