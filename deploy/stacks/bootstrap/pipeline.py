"""What a pipeline may do: its own role, and the boundary of every role that it makes.

CloudFormation changes stacks for it with a role of its own (execution_role.py), and may make roles only within the
boundary: no role that the pipeline makes can do more than the services need, whatever a changed template says.
"""

from collections.abc import Sequence
from dataclasses import replace

from troposphere import GetAtt, ecr, iam, s3

from deploy.configuration import Configuration
from deploy.shared.buckets import objects_of
from deploy.shared.roles import Statement, actions_of, allowing, arn, tagged
from deploy.stacks.bootstrap.execution_role import PIPELINE_STACKS


def boundary_statements(configuration: Configuration) -> list[Statement]:
    """The most that tasks, their starters and the schedule need, on this environment's resources."""
    here = "${AWS::Region}:${AWS::AccountId}"
    data, services, purge, platform = (configuration.stack_name(name) for name in ("data", "services", "purge", "platform"))
    return [
        allowing(
            "Data",
            actions_of("dynamodb", "ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem"),
            arn(f"dynamodb:{here}:table/{data}-*"),
        ),
        allowing(
            "Attachments",
            actions_of("s3", "DeleteObject GetObject GetObjectVersion ListBucket PutObject"),
            arn(f"s3:::{data}-attachmentsbucket-*"),
        ),
        allowing("RegistryToken", ["ecr:GetAuthorizationToken"], "*"),
        allowing(
            "Images",
            actions_of("ecr", "BatchCheckLayerAvailability BatchGetImage GetDownloadUrlForLayer"),
            arn(f"ecr:{here}:repository/{configuration.stack_name('bootstrap')}-*"),
        ),
        allowing("Secrets", ["secretsmanager:GetSecretValue"], arn(f"secretsmanager:{here}:secret:{services}-*")),
        allowing(
            "Logs",
            actions_of("logs", "CreateLogStream PutLogEvents"),
            [arn(f"logs:{here}:log-group:{stack}-*") for stack in (platform, purge)],
        ),
        allowing("Purge", ["ecs:RunTask"], arn(f"ecs:{here}:task-definition/{purge}-*")),
        allowing(
            "TagPurge",
            ["ecs:TagResource"],
            arn(f"ecs:{here}:task/{platform}-*"),
            {"StringEquals": {"ecs:CreateAction": "RunTask"}},
        ),
        allowing(
            "HandRoles",
            ["iam:PassRole"],
            arn(f"iam::${{AWS::AccountId}}:role{configuration.role_path}*"),
            {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        ),
    ]


def deploy_statements(
    configuration: Configuration, repositories: Sequence[ecr.Repository], stack_role: iam.Role, releases: s3.Bucket
) -> list[Statement]:
    """The pipeline's own role: push images, start changes of its stacks, publish the site's files."""
    stacks = [arn(f"cloudformation:*:${{AWS::AccountId}}:stack/{configuration.stack_name(name)}/*") for name in PIPELINE_STACKS]
    push = "CompleteLayerUpload InitiateLayerUpload PutImage UploadLayerPart "
    pull = "BatchCheckLayerAvailability BatchGetImage GetDownloadUrlForLayer"
    change = "CancelUpdateStack DeleteChangeSet DescribeChangeSet ExecuteChangeSet "
    read = "DescribeStackEvents DescribeStackResources DescribeStacks GetTemplate ListStackResources"
    site = configuration.stack_name("web-sitebucket-*")
    tested: list[Statement] = []
    if configuration.images_from:
        other = replace(configuration, environment=configuration.images_from).stack_name("bootstrap")
        tested = [
            allowing(
                "TestedImages", actions_of("ecr", pull), arn(f"ecr:${{AWS::Region}}:${{AWS::AccountId}}:repository/{other}-*")
            ),
            allowing(
                "FindTestedImages",
                ["cloudformation:DescribeStacks"],
                arn(f"cloudformation:${{AWS::Region}}:${{AWS::AccountId}}:stack/{other}/*"),
            ),
        ]
    return [
        *tested,
        allowing("RegistryToken", ["ecr:GetAuthorizationToken"], "*"),
        allowing("Images", actions_of("ecr", push + pull), [GetAtt(repository, "Arn") for repository in repositories]),
        # Without a role of its own a change is made with the one the stack was deployed with last: an administrator's, perhaps.
        allowing(
            "PlanWithStackRole",
            ["cloudformation:CreateChangeSet"],
            stacks,
            {"ArnEquals": {"cloudformation:RoleArn": GetAtt(stack_role, "Arn")}},
        ),
        allowing("Changes", actions_of("cloudformation", change + read), stacks),
        # Checking a template, or who imports an export, reads and nothing else; neither knows a resource.
        allowing("Check", ["cloudformation:ListImports", "cloudformation:ValidateTemplate"], "*"),
        *_ways_on(configuration, stack_role),
        allowing(
            "ReadFoundations",
            ["cloudformation:DescribeStacks"],
            arn(f"cloudformation:*:${{AWS::AccountId}}:stack/{configuration.stack_name('*')}/*"),
        ),
        allowing(
            "HandStackRole",
            ["iam:PassRole"],
            GetAtt(stack_role, "Arn"),
            {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}},
        ),
        allowing("Site", ["s3:ListBucket"], arn(f"s3:::{site}")),
        allowing("SiteFiles", ["s3:PutObject"], arn(f"s3:::{site}/*")),
        allowing("Releases", ["s3:ListBucket"], GetAtt(releases, "Arn")),
        allowing("ReleaseFiles", actions_of("s3", "GetObject PutObject"), objects_of(releases)),
        # The pool's id is known only after its stack is there: its tags say whose it is.
        allowing(
            "SmokeTest",
            actions_of("cognito-idp", "AdminCreateUser AdminDeleteUser AdminSetUserPassword"),
            arn("cognito-idp:${AWS::Region}:${AWS::AccountId}:userpool/*"),
            {"StringEquals": tagged(configuration)},
        ),
    ]


def _ways_on(configuration: Configuration, stack_role: iam.Role) -> list[Statement]:
    """After a failure: why tasks stopped, and the removal of the one stack that holds nothing, when its creation failed."""
    here = "${AWS::Region}:${AWS::AccountId}"
    platform = configuration.stack_name("platform-*")
    cluster = {"ArnLike": {"ecs:cluster": arn(f"ecs:{here}:cluster/{platform}")}}
    operations = configuration.stack_name("operations")
    return [
        allowing(
            "ClearOperations",
            ["cloudformation:DeleteStack"],
            arn(f"cloudformation:{here}:stack/{operations}/*"),
            {"ArnEquals": {"cloudformation:RoleArn": GetAtt(stack_role, "Arn")}},
        ),
        # Neither knows a resource that has a name before the task is there.
        allowing("StoppedTasks", ["ecs:ListTasks"], "*", cluster),
        allowing("TaskDefinitions", ["ecs:DescribeTaskDefinition"], "*"),
        allowing("WhyTasksStopped", ["ecs:DescribeTasks"], arn(f"ecs:{here}:task/{platform}/*")),
        allowing("TheirLastLines", ["logs:GetLogEvents"], arn(f"logs:{here}:log-group:{platform}:log-stream:*")),
    ]
