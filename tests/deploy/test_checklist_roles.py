"""Items 14 and 15 of the review checklist: roles and secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deploy.stacks.bootstrap import handlers
from tests.deploy.selections import lasting

if TYPE_CHECKING:
    from collections.abc import Iterator

SENDS_NO_ACCOUNT = {
    "TrafficRole": "ecs.amazonaws.com",
    "InstanceRole": "ec2.amazonaws.com",
    "BackupRole": "backup.amazonaws.com",
    "StackRole": "cloudformation.amazonaws.com",
    "AdministratorRole": "cloudformation.amazonaws.com",
}
"""Roles of services that do not say for which account they act: the condition would lock them out."""


def statements(deployment: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, document in deployment.policies.items():
        for statement in document["Statement"]:
            yield name, statement


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_task_and_execution_roles_differ_and_are_nobody_elses(deployment: Any) -> None:
    """14"""
    tasks = deployment.resources("AWS::ECS::TaskDefinition")
    roles = [deployment.target(task[which]) for task in tasks for which in ("TaskRoleArn", "ExecutionRoleArn")]
    assert len(set(roles)) == len(roles) == 2 * len(tasks)


def test_no_policy_allows_a_whole_service(deployment: Any) -> None:
    """14"""
    for name, statement in statements(deployment):
        assert statement["Effect"] == "Allow", name
        for action in listed(statement["Action"]):
            assert "*" not in action, (name, action)


def test_every_resource_is_named_where_aws_can(deployment: Any) -> None:
    """14"""
    for name, statement in statements(deployment):
        if "*" in listed(statement["Resource"]):
            nameable = [each for each in listed(statement["Action"]) if handlers.resource_kinds(each)]
            # Stopped tasks are listed of a cluster, which only a condition can name.
            assert nameable == [] or (nameable, list(statement["Condition"])) == (["ecs:ListTasks"], ["ArnLike"]), name


@lasting
def test_the_pipeline_may_remove_the_one_stack_that_holds_nothing(deployment: Any) -> None:
    """A stack whose creation failed takes no change: it is removed first. CloudFormation API reference, DeleteStack."""
    deleting = [
        listed(statement["Resource"])
        for name, statement in statements(deployment)
        if "cloudformation:DeleteStack" in listed(statement["Action"])
    ]
    (resource,) = deleting
    assert resource[0].endswith(f":stack/{deployment.configuration.stack_name('operations')}/*")


def test_task_roles_name_nothing_by_pattern_but_objects(deployment: Any) -> None:
    """14"""
    for name, statement in statements(deployment):
        if "TaskRole" in name:
            for resource in listed(statement["Resource"]):
                assert "*" not in resource.replace("AttachmentsBucket/*", ""), (name, resource)


def test_trust_is_bound_to_the_account_or_to_the_repository(deployment: Any) -> None:
    """14"""
    for role in deployment.resources("AWS::IAM::Role"):
        for statement in role["AssumeRolePolicyDocument"]["Statement"]:
            if role.name in SENDS_NO_ACCOUNT:
                # Such a service is handed a role by iam:PassRole, which works within one account only.
                assert statement["Principal"] == {"Service": SENDS_NO_ACCOUNT[role.name]}
            elif role.name == "DeployRole":
                claims = statement["Condition"]["StringEquals"]
                assert len(claims["token.actions.githubusercontent.com:sub"]) == 2  # test_pipeline_roles.py has both
                assert claims["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
            else:
                assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}, role.name


def test_roles_are_handed_to_named_services_only(deployment: Any) -> None:
    """14"""
    for name, statement in statements(deployment):
        if "iam:PassRole" in listed(statement["Action"]):
            assert statement["Condition"]["StringEquals"]["iam:PassedToService"], name


def test_roles_are_made_only_within_the_boundary(deployment: Any) -> None:
    """What a pipeline deploys can never make a role that may do more than the services."""
    for name, statement in statements(deployment):
        if {"iam:CreateRole", "iam:PutRolePolicy"} & set(listed(statement["Action"])):
            assert statement["Condition"]["ArnEquals"]["iam:PermissionsBoundary"].endswith("bootstrap-Boundary"), name
    for role in deployment.resources("AWS::IAM::Role", "routing") + deployment.resources("AWS::IAM::Role", "services"):
        assert role["PermissionsBoundary"]["Fn::If"][:2] == ["HasPermissionsBoundaryArn", {"Ref": "PermissionsBoundaryArn"}]


@lasting
def test_the_boundary_allows_what_the_roles_within_it_need_and_no_more(deployment: Any) -> None:
    documents = deployment.policies
    (boundary,) = [document for name, document in documents.items() if name.endswith("-Boundary")]
    needed = {
        action
        for name, document in documents.items()
        if "-routing-" in name or "-services-" in name or "-purge-" in name
        for statement in document["Statement"]
        for action in listed(statement["Action"])
    }
    assert {action for statement in boundary["Statement"] for action in listed(statement["Action"])} == needed


def test_inline_policies_of_a_role_fit_its_limit(deployment: Any) -> None:
    """IAM quotas: 10,240 characters for a role's inline policies together, 6,144 for a managed policy."""
    sizes: dict[str, int] = {}
    for name, document in deployment.policies.items():
        is_managed = name.endswith("-Boundary") or "-StackRolePolicy" in name
        role = name if is_managed else name.rpartition("-")[0]
        sizes[role] = sizes.get(role, 0) + len(str(document).replace(" ", ""))
        assert sizes[role] <= (6_144 if is_managed else 10_240), role


def test_secrets_come_by_reference_only(deployment: Any) -> None:
    """15"""
    for task in deployment.resources("AWS::ECS::TaskDefinition"):
        for container in task["ContainerDefinitions"]:
            for secret in secrets(container):
                assert deployment.resource(held(deployment, secret)).type == "AWS::SecretsManager::Secret"
            wanted = ["SECRET_KEY"] if container["Name"] == "purge" else ["SECRET_KEY", "SECRET_KEY_FALLBACKS"]
            assert [secret["Name"] for secret in secrets(container)] == wanted
            assert not {each["Name"] for each in container["Environment"]} & set(wanted)


def secrets(container: Any) -> list[dict[str, Any]]:
    """The secrets of a container, during a rotation too."""
    return [each["Fn::If"][1] if "Fn::If" in each else each for each in container["Secrets"]]


def held(deployment: Any, secret: dict[str, Any]) -> str:
    """The logical id of the resource that holds a container's secret, in whichever version."""
    reference = secret["ValueFrom"]
    return deployment.target(reference["Fn::Join"][1][0] if "Fn::Join" in reference else reference)


def test_the_previous_key_is_read_in_a_rotation_only(deployment: Any) -> None:
    """A secret that was never changed has no version before: a container that asked for one would not start."""
    template = deployment.templates["services"]
    assert template["Parameters"]["PreviousSecretKey"]["Default"] == "refused"
    assert template["Conditions"]["AcceptsPreviousSecretKey"] == {"Fn::Equals": [{"Ref": "PreviousSecretKey"}, "accepted"]}
    for task in deployment.resources("AWS::ECS::TaskDefinition"):
        for container in task["ContainerDefinitions"]:
            for conditional in container["Secrets"][1:]:
                condition, given, otherwise = conditional["Fn::If"]
                assert (condition, otherwise) == ("AcceptsPreviousSecretKey", {"Ref": "AWS::NoValue"})
                own, stage = given["ValueFrom"]["Fn::Join"][1]
                assert own == container["Secrets"][0]["ValueFrom"]
                assert stage == "::AWSPREVIOUS:"


def test_an_execution_role_reads_exactly_its_containers_secrets(deployment: Any) -> None:
    """15"""
    for task in deployment.resources("AWS::ECS::TaskDefinition"):
        role = deployment.resource(deployment.target(task["ExecutionRoleArn"]))
        (policy,) = role["Policies"]
        read = [
            deployment.target(resource)
            for statement in policy["PolicyDocument"]["Statement"]
            for resource in listed(statement["Resource"])
            if "secretsmanager:GetSecretValue" in statement["Action"]
        ]
        used = {held(deployment, secret) for each in task["ContainerDefinitions"] for secret in secrets(each)}
        assert sorted(read) == sorted(used)


def test_secrets_are_made_by_aws_and_seen_by_nobody(deployment: Any) -> None:
    """15"""
    for secret in deployment.resources("AWS::SecretsManager::Secret"):
        assert "SecretString" not in secret.properties
        assert secret["GenerateSecretString"]["PasswordLength"] >= 48
