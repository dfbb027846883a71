"""One environment as the rehearsal deploys it, and what an administrator of its account can look up there."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import boto3

from deploy.configuration import Configuration
from deploy.stacks import STACKS
from tests.rehearsal.emulated import ADDRESS, ENDPOINT, REGION, ROOT, tasks, until

SESSION = boto3.Session("test", "test", region_name=REGION)
NAMES = [stack.name for stack in STACKS]
TASKS = 2
DEPLOY_SECONDS = 600

PARAMETERS = {
    "FurtherHosts": ADDRESS,  # the load balancer passes it on as the Host
    "AlertEmail": "alerts@example.com",
    "DomainName": "todo.example.com",
    "CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-4000-8000-000000000000",
    # The embedded AWS publishes this AMI and not the one made for ECS.
    "InstanceImage": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
    "GitHubRepository": "example/todo",
    "GitHubOwnerId": "1",
    "GitHubRepositoryId": "2",
}
"""What a person would give; each stack takes what it declares."""


@cache
def client(service: str, region: str = REGION) -> Any:
    """A client with the administrator's keys."""
    return SESSION.client(service, region, endpoint_url=ENDPOINT)  # type: ignore[call-overload]


def account() -> set[Any]:
    """Everything in it that a template may leave behind: physical ids, and of stacks also their state."""
    regions = {stack.region or REGION for stack in STACKS}
    pages = [page for region in regions for page in client("cloudformation", region).get_paginator("describe_stacks").paginate()]
    return {
        *((stack["StackName"], stack["StackStatus"], stack.get("LastUpdatedTime")) for page in pages for stack in page["Stacks"]),
        *client("dynamodb").list_tables()["TableNames"],
        *(bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]),
        *(export["Name"] for region in regions for export in client("cloudformation", region).list_exports()["Exports"]),
        *(role["RoleName"] for role in client("iam").list_roles()["Roles"]),
        *(pool["Id"] for pool in client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]),
        *(balancer["LoadBalancerArn"] for balancer in client("elbv2").describe_load_balancers()["LoadBalancers"]),
        *client("ecs").list_clusters()["clusterArns"],
        *(group["logGroupName"] for group in client("logs").describe_log_groups()["logGroups"]),
        *(repository["repositoryName"] for repository in client("ecr").describe_repositories()["repositories"]),
        *(alarm["AlarmName"] for region in regions for alarm in client("cloudwatch", region).describe_alarms()["MetricAlarms"]),
        *tasks(),
    }


@dataclass(frozen=True)
class Environment:
    """An environment in the embedded AWS, deployed or about to be."""

    configuration: Configuration
    images: Mapping[str, str]
    checkout: Path = ROOT

    def changed(self, **choices: str) -> "Environment":
        """The same environment with other choices: task_layout="shared"."""
        return replace(self, configuration=replace(self.configuration, **choices))

    def up(self, page: Path) -> str:
        """Release images and page with deploy.py, from an empty account on; returns what it prints."""
        return self._run("up", "--yes", "--page", str(page), "--tag", "0000000", "--parameters", *self._given(*NAMES))

    def roll_back(self) -> str:
        """Put back the last good release with deploy.py, as the pipeline does; returns what it prints."""
        return self._run("rollback")

    def deploy(self, *stacks: str, **parameters: str) -> str:
        """Deploy the stacks (default: all) with deploy.py, as a person does; returns what it prints."""
        names = stacks or NAMES
        return self._run("stacks", "--only", *names, "--parameters", *self._given(*names, **parameters))

    def _given(self, *stacks: str, **parameters: str) -> list[str]:
        """The parameters that these stacks declare, of those that a person would give."""
        given = PARAMETERS | {f"{service.capitalize()}Image": image for service, image in self.images.items()} | parameters
        templates = [stack.template(self.configuration) for stack in STACKS if stack.name in stacks]
        declared = {name for template in templates for name in template.parameters}
        return [f"{name}={given[name]}" for name in sorted(declared & given.keys())]

    def remove(self) -> str:
        """Remove the environment with deploy.py; returns what it prints."""
        return self._deploy_py("down", "--yes", self.configuration.environment)

    def _run(self, command: str, *arguments: str) -> str:
        chosen = self.configuration
        options = ("--profile", chosen.profile, "--capacity", chosen.capacity, "--task-layout", chosen.task_layout)
        return self._deploy_py(command, *options, *arguments)

    def _deploy_py(self, command: str, *arguments: str) -> str:
        where = ("--environment", self.configuration.environment, "--region", REGION)
        path = f"{self.checkout}{os.pathsep}{ROOT}"
        done = subprocess.run(
            [sys.executable, "-P", "-m", "tests.embedded.deployer", command, *where, *arguments],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": path, "AWS_ENDPOINT_URL": ENDPOINT, "COLUMNS": "160"},
            capture_output=True, text=True, check=False, timeout=DEPLOY_SECONDS,
        )  # fmt: skip
        assert done.returncode == 0, f"{done.stdout[-2000:]}{done.stderr}"
        return done.stdout

    def outputs(self, stack: str) -> dict[str, str]:
        """The outputs of the deployed stack."""
        found = self._cloudformation(stack).describe_stacks(StackName=self.configuration.stack_name(stack))["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}

    def resources(self, stack: str) -> dict[str, dict[str, Any]]:
        """Logical id to what CloudFormation knows of the resource."""
        pages = self._cloudformation(stack).get_paginator("list_stack_resources")
        found = pages.paginate(StackName=self.configuration.stack_name(stack))
        return {each["LogicalResourceId"]: each for page in found for each in page["StackResourceSummaries"]}

    def of_type(self, stack: str, resource_type: str) -> list[str]:
        """The physical ids of the stack's resources of one type."""
        return [each["PhysicalResourceId"] for each in self.resources(stack).values() if each["ResourceType"] == resource_type]

    def _cloudformation(self, stack: str) -> Any:
        return client("cloudformation", next(each.region for each in STACKS if each.name == stack) or REGION)

    @property
    def cluster(self) -> str:
        return self.outputs("platform")["ClusterName"]

    def services(self) -> list[dict[str, Any]]:
        """ECS's services as DescribeServices tells of them."""
        names = [arn.rsplit("/", 1)[1] for arn in self.of_type("services", "AWS::ECS::Service")]
        found: list[dict[str, Any]] = client("ecs").describe_services(cluster=self.cluster, services=names)["services"]
        return found

    def start_tasks(self) -> None:
        """As many as the scalable targets ask for: the embedded AWS has none of those. Returns when all are healthy."""
        for service in self.services():
            client("ecs").update_service(cluster=self.cluster, service=service["serviceName"], desiredCount=TASKS)
        until("every task is healthy", self.is_stable)

    def is_stable(self) -> bool:
        """Whether each service has one deployment, with all its tasks among the healthy targets."""
        return all(
            [(each["rolloutState"], each["runningCount"]) for each in service["deployments"] if each["status"] == "PRIMARY"]
            == [("COMPLETED", TASKS)]
            and service["runningCount"] == TASKS
            and all(len(targets(balancer["targetGroupArn"])) == TASKS for balancer in service["loadBalancers"])
            for service in self.services()
        )


def targets(group: str) -> list[str]:
    """The addresses of a target group's healthy targets."""
    found = client("elbv2").describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    return [each["Target"]["Id"] for each in found if each["TargetHealth"]["State"] == "healthy"]
