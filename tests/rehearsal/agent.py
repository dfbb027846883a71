"""The embedded AWS of the rehearsal: MiniStack, and what ECS's container agent does that MiniStack leaves out.

Runs in a container at 169.254.170.2, where ECS hands out the credentials of tasks; SDKs accept no other address. It adds:

- Credentials of the task's role. MiniStack's own are keys that its IAM does not know.
- Containers as their task definition says: read-only root, user, no capabilities, one network address a task, and secrets read
  with the execution role.
- Health: a container has started once its health check succeeds, so no request is sent to it before, and a deployment waits.
"""

import asyncio
import io
import json
import os
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import Any

import boto3
import docker
from docker.errors import APIError
from docker.models.containers import Container, ContainerCollection
from docker.models.images import Image, ImageCollection
from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack.app import app as ministack

PORT = 4566
ENDPOINT = f"http://{os.environ['MINISTACK_HOST']}:{PORT}"
HEALTHY_SECONDS = 300
PAUSE_SECONDS = 0.5

aws = boto3.Session(region_name=os.environ["MINISTACK_REGION"])
task_credentials: dict[str, bytes] = {}
"""Address of a task to the response it gets. Ready when its containers start: SDKs wait for two seconds."""


@cache
def client(service: str) -> Any:
    """A client of MiniStack, with the keys that may do everything."""
    return aws.client(service, endpoint_url=ENDPOINT)


def assume(role_arn: str) -> dict[str, Any]:
    """Keys of a role. tests/embedded/adapted.py lets the account assume what trusts ECS; for others this raises ClientError."""
    keys: dict[str, Any] = client("sts").assume_role(RoleArn=role_arn, RoleSessionName="task")["Credentials"]
    return keys


def credentials(role_arn: str) -> bytes:
    """What ECS returns to a container of a task with this role."""
    keys = assume(role_arn)
    names = {"AccessKeyId": "AccessKeyId", "SecretAccessKey": "SecretAccessKey", "SessionToken": "Token"}
    found = {name: keys[key] for key, name in names.items()}
    return json.dumps({**found, "RoleArn": role_arn, "Expiration": keys["Expiration"].strftime("%Y-%m-%dT%H:%M:%SZ")}).encode()


def secrets(definition: dict[str, Any], container: dict[str, Any]) -> dict[str, str]:
    """The container's secrets, read with the task's execution role. Raises ClientError when it may not."""
    keys = assume(definition["executionRoleArn"])
    session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], aws.region_name)
    manager = session.client("secretsmanager", endpoint_url=ENDPOINT)
    return {
        secret["name"]: manager.get_secret_value(SecretId=secret["valueFrom"])["SecretString"]
        for secret in container.get("secrets", [])
    }


class TaskContainers(ContainerCollection):
    """Docker's containers; those of tasks run as their task definition says."""

    def get(self, container_id: str) -> Container:
        # MiniStack asks for each container ten times a second, which alone would keep a processor busy.
        time.sleep(PAUSE_SECONDS)
        return super().get(container_id)

    def run(self, image: str, **options: Any) -> Container:
        labels = options["labels"]
        family, version, task, name = (
            labels[f"com.amazonaws.ecs.{label}"]
            for label in ("task-definition-family", "task-definition-version", "task-arn", "container-name")
        )
        definition = client("ecs").describe_task_definition(taskDefinition=f"{family}:{version}")["taskDefinition"]
        (container,) = (each for each in definition["containerDefinitions"] if each["name"] == name)
        environment = options.pop("environment")
        environment |= secrets(definition, container)
        environment["COGNITO_JWKS_URL"] = f"{ENDPOINT}/{environment['COGNITO_USER_POOL_ID']}/.well-known/jwks.json"
        linux = container["linuxParameters"]
        # Containers of one task share its network, and so its address.
        others = self.list(filters={"label": f"com.amazonaws.ecs.task-arn={task}"})
        if others:
            del options["network"]
            options["network_mode"] = f"container:{others[0].id}"
        credentials_of_task = credentials(definition["taskRoleArn"])
        started = super().run(
            image,
            environment=environment,
            user=container["user"],
            read_only=container["readonlyRootFilesystem"],
            cap_drop=linux["capabilities"]["drop"],
            init=linux["initProcessEnabled"],
            security_opt=["no-new-privileges"],
            tmpfs={mount["containerPath"]: "" for mount in container["mountPoints"]},
            **options,
        )
        started.reload()
        if not others:
            (network,) = started.attrs["NetworkSettings"]["Networks"].values()
            task_credentials[network["IPAddress"]] = credentials_of_task
        if container.get("portMappings") and not becomes_healthy(started, container["healthCheck"]):
            lines = started.logs(tail=5).decode(errors="replace")
            started.remove(force=True, v=True)
            raise RuntimeError(f"{name} did not become healthy: {lines}")
        return started


def becomes_healthy(started: Container, check: dict[str, Any]) -> bool:
    """Waits until its health check succeeds: false when it ends before, or takes too long."""
    deadline = time.monotonic() + HEALTHY_SECONDS
    while time.monotonic() < deadline:
        time.sleep(PAUSE_SECONDS)
        started.reload()
        if started.status != "running":
            return False
        with suppress(APIError):  # it has just ended
            if started.exec_run(check["command"][1:]).exit_code == 0:
                return True
    return False


class LocalImages(ImageCollection):
    """Docker's images: there is no registry to ask first, they are all here."""

    def pull(self, repository: str, **_: Any) -> Image:
        return self.get(repository)


class Docker(docker.DockerClient):  # type: ignore[misc]
    """The client that MiniStack's ECS makes."""

    @property
    def containers(self) -> TaskContainers:
        return TaskContainers(client=self)

    @property
    def images(self) -> LocalImages:
        return LocalImages(client=self)


class WholeErrors(urllib.request.HTTPDefaultErrorHandler):
    """Reads an error's body in the thread that asked: MiniStack would read it in the loop that still has to send it."""

    def http_error_default(self, request: Any, response: Any, code: int, message: str, headers: Any) -> None:
        raise urllib.error.HTTPError(request.full_url, code, message, headers, io.BytesIO(response.read()))


async def app(scope: Any, receive: Any, send: Any) -> None:
    """MiniStack, but for the credentials of tasks."""
    if scope["type"] != "http" or not scope["path"].startswith("/v2/credentials/"):
        await ministack(scope, receive, send)
        return
    address = scope["client"][0]
    while address not in task_credentials:  # noqa: ASYNC110  its first container is just being started, in a thread
        await asyncio.sleep(PAUSE_SECONDS)
    body = task_credentials[address]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": body})


async def main() -> None:
    # A request on its way through CloudFront, API Gateway and load balancer takes several threads.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(64))
    config = Config()
    config.bind = [f"0.0.0.0:{PORT}"]
    config.keep_alive_timeout = 75
    await serve(app, config)


if __name__ == "__main__":
    docker.from_env = Docker.from_env
    urllib.request.install_opener(urllib.request.build_opener(WholeErrors))
    asyncio.run(main())
