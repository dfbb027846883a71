"""CloudFormation's role in the pipeline: what AWS's own documents say its handlers call, on this environment's resources."""

import json
from fnmatch import fnmatchcase
from functools import cache

import pytest

from deploy.stacks.bootstrap import handlers
from deploy.stacks.bootstrap.execution_role import EXCEPTIONS, FURTHER, PIPELINE_STACKS, SCOPES
from tests.deploy.iam import allows, listed
from tests.deploy.selections import lasting

ACCOUNT = "123456789012"
OURS = {"aws:ResourceTag/app": "todo", "aws:ResourceTag/env": "dev"}
THEIRS = OURS | {"aws:ResourceTag/env": "prod"}


def statements(deployment):
    """What the role may do, with sample values for what CloudFormation fills in."""
    found = [document for name, document in deployment.policies.items() if "StackRolePolicy" in name]
    return [statement for document in found for statement in document["Statement"]]


@pytest.fixture
def dev(deployments):
    return statements(next(each for each in deployments if each.configuration.environment == "dev"))


@cache
def listed_by_handlers(kind):
    return handlers.permissions(kind)


def asked_for(deployment):
    """What the handlers of the pipeline's resources list."""
    kinds = {resource.type for stack in PIPELINE_STACKS for resource in deployment.resources(stack=stack)}
    return {action for kind in kinds for action in listed_by_handlers(kind)}


def is_excepted(action):
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in EXCEPTIONS)


@lasting
def test_it_works(deployment):
    allowed = {action for statement in statements(deployment) for action in statement["Action"]}
    missing = {action for action in asked_for(deployment) - allowed if not is_excepted(action)}
    assert missing == set()


def test_nothing_is_allowed_that_no_handler_asks_for(deployments):
    for environment in ("dev", "prod"):
        those = [each for each in deployments if each.configuration.environment == environment]
        allowed = {action for statement in statements(those[0]) for action in statement["Action"]}
        assert allowed - set().union(*map(asked_for, those)) == set(FURTHER)


def test_every_exception_is_about_something_a_handler_lists(deployments):
    asked = set().union(*map(asked_for, deployments))
    unused = [each for each in EXCEPTIONS if not any(fnmatchcase(action.lower(), each.lower()) for action in asked)]
    assert unused == []


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        (
            "ecs:ListServiceDeployments",
            f"arn:aws:ecs:eu-west-1:{ACCOUNT}:service/todo-dev-platform-Cluster-1/todo-dev-services-Todos-1",
        ),
        (
            "ecs:StopServiceDeployment",
            f"arn:aws:ecs:eu-west-1:{ACCOUNT}:service-deployment/todo-dev-platform-C/todo-dev-services-T/1",
        ),
        ("ecs:ListTagsForResource", f"arn:aws:ecs:eu-west-1:{ACCOUNT}:task-definition/todo-dev-purge-purge:7"),
        ("logs:PutDeliverySource", f"arn:aws:logs:us-east-1:{ACCOUNT}:delivery-source:todo-dev-web"),
        ("logs:DeleteDeliverySource", f"arn:aws:logs:us-east-1:{ACCOUNT}:delivery-source:todo-dev-web"),
        ("logs:CreateDelivery", f"arn:aws:logs:us-east-1:{ACCOUNT}:delivery-destination:todo-dev-web"),
        ("logs:PutResourcePolicy", "*"),
        ("logs:CreateLogGroup", f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:aws-waf-logs-todo-dev-web:*"),
        ("application-autoscaling:DescribeScheduledActions", "*"),
        ("iam:ListAttachedRolePolicies", f"arn:aws:iam::{ACCOUNT}:role/todo-dev/todo-dev-services-TodosTaskRole-1"),
        ("sns:Unsubscribe", f"arn:aws:sns:us-east-1:{ACCOUNT}:todo-dev-web-alerts:1"),
        ("events:ListTargetsByRule", f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/todo-dev-services-DeploymentFailedRule-1"),
        ("s3:GetBucketOwnershipControls", "arn:aws:s3:::todo-dev-web-sitebucket-1"),
        ("cloudwatch:PutMetricAlarm", f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:todo-dev-web-Distribution5xxAlarm-1"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:todo-dev-origin-AbCdEf"),
        ("wafv2:UpdateWebACL", f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/todo-dev-web/1"),
        ("apigateway:PATCH", "arn:aws:apigateway:eu-west-1::/apis/todo-dev-bootstrap-ApiId/routes/1"),
    ],
)
def test_a_resource_of_the_environment_is_named(dev, action, resource):
    assert allows(dev, action, resource)
    # and the same one of another environment is not, unless the action takes no resource at all
    assert allows(dev, action, resource.replace("todo-dev", "todo-prod")) is (resource == "*")
    assert allows(dev, action, resource.replace("todo-dev", "todo-dev-2")) is (resource == "*")


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("cloudfront:GetDistributionConfig", f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1"),
        ("cloudfront:UpdateDistribution", f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1"),
        ("cloudfront:AllowVendedLogDeliveryForResource", f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1"),
        ("ec2:UpdateSecurityGroupRuleDescriptionsIngress", f"arn:aws:ec2:eu-west-1:{ACCOUNT}:security-group/sg-1"),
        ("ec2:CreateSecurityGroup", f"arn:aws:ec2:eu-west-1:{ACCOUNT}:vpc/vpc-1"),
        ("elasticloadbalancing:CreateRule", f"arn:aws:elasticloadbalancing:eu-west-1:{ACCOUNT}:listener/app/1/2/3"),
        ("application-autoscaling:PutScalingPolicy", f"arn:aws:application-autoscaling:eu-west-1:{ACCOUNT}:scalable-target/1"),
        ("kms:ScheduleKeyDeletion", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"),
        ("logs:DeleteDelivery", f"arn:aws:logs:us-east-1:{ACCOUNT}:delivery:1"),
    ],
)
def test_what_has_no_name_is_known_by_its_tags(dev, action, resource):
    assert allows(dev, action, resource, **OURS)
    assert not allows(dev, action, resource, **THEIRS)
    assert not allows(dev, action, resource)


def test_what_is_made_gets_the_environments_tags(dev):
    given = {"aws:RequestTag/app": "todo", "aws:RequestTag/env": "dev"}
    group = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:security-group/sg-1"
    assert allows(dev, "ec2:CreateSecurityGroup", group, **given)
    assert allows(dev, "ec2:CreateTags", group, **given, **{"ec2:CreateAction": "CreateSecurityGroup"})
    assert allows(dev, "kms:CreateKey", "*", **given)
    assert not allows(dev, "ec2:CreateSecurityGroup", group, **given | {"aws:RequestTag/env": "prod"})


def test_nobody_takes_over_by_a_tag_what_is_another_environments(dev):
    given = {"aws:RequestTag/app": "todo", "aws:RequestTag/env": "dev"}
    for action, resource in (
        ("ec2:CreateTags", f"arn:aws:ec2:eu-west-1:{ACCOUNT}:security-group/sg-1"),
        ("elasticloadbalancing:AddTags", f"arn:aws:elasticloadbalancing:eu-west-1:{ACCOUNT}:targetgroup/1/2"),
        ("cloudfront:TagResource", f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1"),
        ("kms:TagResource", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"),
    ):
        assert allows(dev, action, resource, **OURS, **given)
        assert not allows(dev, action, resource, **THEIRS, **given)


@lasting
def test_what_is_known_by_its_tags_gets_them_when_it_is_made(deployment):
    kinds = {resource.type for stack in PIPELINE_STACKS for resource in deployment.resources(stack=stack)}
    tagged = {
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::CloudFront::Distribution",
        "AWS::EC2::SecurityGroup",
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "AWS::KMS::Key",
        "AWS::Logs::Delivery",
    }
    assert tagged <= kinds
    assert sum(scope.tagged for scope in SCOPES.values()) == len(tagged) + 2  # VPC and listener are other stacks'
    for kind in tagged | {"AWS::EC2::VPC", "AWS::ElasticLoadBalancingV2::Listener"}:
        assert handlers.schema(kind)["tagging"]["tagOnCreate"] is True, kind


def test_star_stands_only_where_an_action_takes_no_resource(deployment):
    for statement in statements(deployment):
        if "*" in listed(statement["Resource"]):
            assert [action for action in statement["Action"] if handlers.resource_kinds(action)] == []


def test_a_role_is_made_on_the_path_and_within_the_boundary(dev):
    ours = f"arn:aws:iam::{ACCOUNT}:role/todo-dev/todo-dev-services-TodosTaskRole-1"
    within = {"iam:PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/todo-dev-bootstrap-Boundary"}
    assert allows(dev, "iam:CreateRole", ours, **within)
    assert not allows(dev, "iam:CreateRole", ours)
    assert not allows(dev, "iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/todo-dev-services-TodosTaskRole-1", **within)


@pytest.mark.parametrize(
    "action",
    [
        "iam:AttachRolePolicy",
        "iam:DeleteRole",
        "iam:DeleteRolePermissionsBoundary",
        "iam:PassRole",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
    ],
)
def test_the_roles_of_bootstrap_are_out_of_reach(dev, action):
    for name in ("StackRole", "DeployRole", "AdministratorRole"):
        role = f"arn:aws:iam::{ACCOUNT}:role/todo-dev-bootstrap-{name}-1"
        assert not allows(dev, action, role, **{"iam:PassedToService": "ecs-tasks.amazonaws.com"})


def test_nobody_who_is_trusted_changes(dev):
    assert not allows(
        dev, "iam:UpdateAssumeRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/todo-dev/todo-dev-services-TodosTaskRole-1"
    )


@lasting
def test_the_policies_fit_iams_quotas(deployment):
    """6,144 characters for a managed policy, white space not counted; ten of them for a role."""
    documents = [document for name, document in deployment.policies.items() if "StackRolePolicy" in name]
    assert 1 < len(documents) <= 10
    assert max(len("".join(json.dumps(document).split())) for document in documents) <= 6_144
    role = deployment.resource("StackRole")
    assert len(role["ManagedPolicyArns"]) == len(documents)
