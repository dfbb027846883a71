"""The pipeline's role and the boundary of the roles it makes: whom they trust, and that they end at their environment."""

import pytest

from tests.deploy.iam import allows
from tests.deploy.selections import lasting

ACCOUNT = "123456789012"
HERE = f"eu-central-1:{ACCOUNT}"
GITHUB = "token.actions.githubusercontent.com"


@pytest.fixture
def dev(deployments):
    return next(each for each in deployments if each.configuration.environment == "dev")


@pytest.fixture
def boundary(dev):
    return dev.policies["todo-dev-bootstrap-Boundary"]["Statement"]


@pytest.fixture
def pipeline(dev):
    return dev.policies["todo-dev-bootstrap-DeployRole-deploy"]["Statement"]


@lasting
def test_github_is_trusted_in_both_of_its_forms(deployment):
    """Repositories created since 15 July 2026 send the second (GitHub, OpenID Connect reference, immutable subject claims)."""
    (statement,) = deployment.resource("DeployRole")["AssumeRolePolicyDocument"]["Statement"]
    environment = deployment.configuration.environment
    owner, name = ({"Fn::Select": [index, {"Fn::Split": ["/", {"Ref": "GitHubRepository"}]}]} for index in (0, 1))
    subject = f"repo:${{Owner}}@${{GitHubOwnerId}}/${{Name}}@${{GitHubRepositoryId}}:environment:{environment}"
    assert statement["Condition"] == {
        "StringEquals": {
            f"{GITHUB}:aud": "sts.amazonaws.com",
            f"{GITHUB}:sub": [
                {"Fn::Sub": f"repo:${{GitHubRepository}}:environment:{environment}"},
                {"Fn::Sub": [subject, {"Owner": owner, "Name": name}]},
            ],
        }
    }


@lasting
def test_the_purge_may_be_started_with_tags(deployment):
    """RunTask with propagated tags is ecs:TagResource as well (ECS developer guide, grant permission to tag on creation)."""
    environment = deployment.configuration.environment
    start = deployment.policies[f"todo-{environment}-purge-PurgeStartRole-permissions"]["Statement"]
    task = f"arn:aws:ecs:{HERE}:task/todo-{environment}-platform-Cluster/1"
    for statements in (start, deployment.policies[f"todo-{environment}-bootstrap-Boundary"]["Statement"]):
        assert allows(statements, "ecs:TagResource", task, **{"ecs:CreateAction": "RunTask"})
        assert not allows(statements, "ecs:TagResource", task)
        assert not allows(statements, "ecs:TagResource", task.replace(environment, "other"), **{"ecs:CreateAction": "RunTask"})


@lasting
def test_the_boundary_covers_every_call_of_the_roles_within_it(deployment):
    environment = deployment.configuration.environment
    limit = deployment.policies[f"todo-{environment}-bootstrap-Boundary"]["Statement"]
    roles = [role for stack in ("routing", "services", "purge") for role in deployment.resources("AWS::IAM::Role", stack)]
    assert {role["Path"] for role in roles} == {f"/todo-{environment}/"}
    for role in roles:
        for statement in deployment.policies[f"todo-{environment}-{role.stack}-{role.name}-permissions"]["Statement"]:
            context = {"aws:ResourceTag/app": "todo", "aws:ResourceTag/env": environment}
            context |= {key: value for keys in statement.get("Condition", {}).values() for key, value in keys.items()}
            resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
            for resource in resources:
                # As AWS names it: a bucket in lower case with a suffix, a role below its path.
                named = resource.replace("AttachmentsBucket", "attachmentsbucket-1").replace(":role/", f":role{role['Path']}")
                for action in statement["Action"]:
                    assert allows(limit, action, named, **context), (role.name, action, named)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:todo-dev-services-1a2b3c4d-todos-AbCdEf"),
        ("dynamodb:Query", f"arn:aws:dynamodb:{HERE}:table/todo-dev-data-TodosTable-1/index/bySchedule"),
        ("s3:GetObject", "arn:aws:s3:::todo-dev-data-attachmentsbucket-1/key"),
        ("ecr:BatchGetImage", f"arn:aws:ecr:{HERE}:repository/todo-dev-bootstrap-todosrepository-1"),
        ("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:todo-dev-platform-TodosLogGroup-1:log-stream:1"),
        ("ecs:RunTask", f"arn:aws:ecs:{HERE}:task-definition/todo-dev-purge-purge:1"),
    ],
)
def test_the_boundary_ends_at_its_environment(boundary, action, resource):
    assert allows(boundary, action, resource)
    for other in ("todo-prod", "todo-dev-2"):
        assert not allows(boundary, action, resource.replace("todo-dev", other))


def test_the_boundary_reads_no_other_secret_and_no_log_bucket(boundary):
    assert not allows(boundary, "secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:todo-dev-origin-AbCdEf")
    assert not allows(boundary, "s3:GetObject", "arn:aws:s3:::todo-dev-data-logbucket-1/key")


def test_the_pipeline_changes_stacks_with_its_own_role_only(pipeline):
    """Without one CloudFormation takes the role the stack was deployed with last, which may be an administrator's."""
    stack = f"arn:aws:cloudformation:eu-central-1:{ACCOUNT}:stack/todo-dev-services/1"
    role = f"arn:aws:iam::{ACCOUNT}:role/todo-dev-bootstrap"
    assert allows(pipeline, "cloudformation:CreateChangeSet", stack, **{"cloudformation:RoleArn": f"{role}-StackRole"})
    assert not allows(pipeline, "cloudformation:CreateChangeSet", stack)
    failed = stack.replace("services", "operations")
    assert allows(pipeline, "cloudformation:DeleteStack", failed, **{"cloudformation:RoleArn": f"{role}-StackRole"})
    assert not allows(pipeline, "cloudformation:DeleteStack", failed)
    assert not allows(
        pipeline, "cloudformation:CreateChangeSet", stack, **{"cloudformation:RoleArn": f"{role}-AdministratorRole"}
    )
    assert not allows(
        pipeline, "iam:PassRole", f"{role}-AdministratorRole", **{"iam:PassedToService": "cloudformation.amazonaws.com"}
    )


@pytest.mark.parametrize("stack", ["bootstrap", "network", "data", "identity", "platform"])
def test_the_pipeline_only_reads_foundations(pipeline, stack):
    resource = f"arn:aws:cloudformation:eu-central-1:{ACCOUNT}:stack/todo-dev-{stack}/1"
    assert allows(pipeline, "cloudformation:DescribeStacks", resource)
    for action in ("ExecuteChangeSet", "DeleteStack", "SetStackPolicy", "UpdateTerminationProtection"):
        assert not allows(pipeline, f"cloudformation:{action}", resource)


def test_the_pipeline_publishes_into_the_sites_bucket_and_no_log_bucket(pipeline):
    assert allows(pipeline, "s3:PutObject", "arn:aws:s3:::todo-dev-web-sitebucket-1/index.html")
    for bucket in ("todo-dev-web-weblogbucket-1", "todo-dev-data-logbucket-1", "todo-prod-web-sitebucket-1"):
        assert not allows(pipeline, "s3:PutObject", f"arn:aws:s3:::{bucket}/index.html")


def test_the_pipeline_of_production_copies_images_that_another_environment_tested_and_changes_nothing_there(deployments):
    prod = next(each for each in deployments if each.is_production).policies["todo-prod-bootstrap-DeployRole-deploy"]["Statement"]
    tested = "todo-todo-prod-bootstrap-TestedEnvironment-bootstrap"  # the parameter's sample value is its own name
    repository = f"arn:aws:ecr:{HERE}:repository/{tested}-todosrepository-1"
    assert allows(prod, "ecr:BatchGetImage", repository)
    assert not allows(prod, "ecr:PutImage", repository)
    assert not allows(prod, "s3:GetObject", f"arn:aws:s3:::{tested}-releasebucket-1/state.json")


@lasting
def test_an_administrators_role_deploys_and_deletes_everything(deployment):
    """CloudFormation keeps the role a stack was deployed with last; the pipeline's could not delete it."""
    role = deployment.resource("AdministratorRole")
    assert role["ManagedPolicyArns"] == [{"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess"}]
    assert "AdministratorRoleArn" in deployment.templates["bootstrap"]["Outputs"]
