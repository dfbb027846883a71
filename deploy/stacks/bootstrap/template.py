"""Stack ``bootstrap``: what an administrator makes once, so that a pipeline can deploy without keys.

GitHub proves who it is with a token; the deploy role trusts this repository and this environment only. It may push images,
publish the site, and start changes of the stacks that change often; CloudFormation makes those changes with a role of its
own. Only an administrator deploys the foundations (network, data, identity, platform).
"""

import json
from typing import Final

from troposphere import Equals, GetAtt, If, Ref, Select, Split, Sub, ecr, iam

from deploy.configuration import Configuration
from deploy.containers import SERVICES, Service
from deploy.shared.buckets import add_bucket, retained
from deploy.shared.roles import arn, document, trusting
from deploy.shared.stack_template import StackTemplate, skip_checkov
from deploy.stacks.bootstrap import execution_role
from deploy.stacks.bootstrap.pipeline import TESTED_ENVIRONMENT, boundary_statements, deploy_statements

GITHUB: Final = "token.actions.githubusercontent.com"

_LIFECYCLE: Final = {
    "rules": [
        {
            "rulePriority": 1,
            "description": "what a failed push left",
            "selection": {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 7},
            "action": {"type": "expire"},
        },
        {
            "rulePriority": 2,
            "description": "more than 50 releases back",
            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 50},
            "action": {"type": "expire"},
        },
    ]
}


def template(configuration: Configuration) -> StackTemplate:
    stack = StackTemplate(configuration, "bootstrap", "image repositories, and the roles with which a pipeline deploys")
    for service in SERVICES:
        _add_repository(stack, service)
    releases = add_bucket(
        stack,
        "ReleaseBucket",
        "Good releases, to go back to.",
        noncurrent_days=configuration.settings.noncurrent_version_days,
        unlogged="Only deployments read and write it; the log bucket comes later.",
    )
    stack.publish("ReleaseBucketName", "Bucket of the releases to go back to.", Ref(releases))
    if configuration.settings.pipeline:
        _add_pipeline(stack)
    return stack


def _add_pipeline(stack: StackTemplate) -> None:
    """The roles of the pipeline and of CloudFormation, and who may take on the first."""
    for name in ("GitHubRepository", "GitHubOwnerId", "GitHubRepositoryId", "ApiId", "OidcProviderArn"):
        stack.parameter(name)
    if stack.configuration.is_production:
        stack.parameter(TESTED_ENVIRONMENT)
    stack.add_condition("MakesProvider", Equals(Ref("OidcProviderArn"), ""))
    boundary = iam.ManagedPolicy(
        "Boundary",
        stack,
        **retained(stack.configuration),
        Description="The most that a role made by the pipeline can ever do.",
        PolicyDocument=document(*boundary_statements(stack.configuration)),
    )
    _add_stack_roles(stack, boundary)
    _add_deploy_role(stack)
    for name, description in (
        ("DeployRole", "The role that GitHub's workflow takes on."),
        ("StackRole", "The role that CloudFormation takes on in the workflow."),
        ("AdministratorRole", "The role that CloudFormation takes on when an administrator deploys or deletes."),
    ):
        stack.publish(f"{name}Arn", description, GetAtt(name, "Arn"))
    stack.publish("BoundaryArn", "The parameter PermissionsBoundaryArn of stack services.", Ref(boundary))


def _add_repository(stack: StackTemplate, service: Service) -> None:
    reason = "Images hold no secret; a key of our own would be one more thing a task's start depends on."
    repository = ecr.Repository(
        f"{service.noun}Repository",
        stack,
        Metadata={
            "Description": f"Images of {service.name}; a pushed tag never changes.",
            **skip_checkov({"CKV_AWS_136": reason}),
        },
        **retained(stack.configuration),
        ImageTagMutability="IMMUTABLE",
        ImageScanningConfiguration=ecr.ImageScanningConfiguration(ScanOnPush=True),
        EncryptionConfiguration=ecr.EncryptionConfiguration(EncryptionType="AES256"),
        EmptyOnDelete=not stack.configuration.settings.retain,
        LifecyclePolicy=ecr.LifecyclePolicy(LifecyclePolicyText=json.dumps(_LIFECYCLE, separators=(",", ":"))),
    )
    stack.publish(f"{service.noun}RepositoryUri", "Where they are pushed.", GetAtt(repository, "RepositoryUri"))


def _add_stack_roles(stack: StackTemplate, boundary: iam.ManagedPolicy) -> None:
    """What CloudFormation may do for the pipeline: make and change what the often changing stacks hold.

    It keeps the role a stack was last deployed with, and the pipeline's may not delete or make everything. So an administrator's
    changes and deletes name a role of their own, which only an administrator may hand to CloudFormation.
    """
    policies = [
        iam.ManagedPolicy(
            f"StackRolePolicy{number}",
            stack,
            **retained(stack.configuration),
            Description=f"Part {number}, computed by execution_role.py.",
            PolicyDocument=document(*statements),
            Metadata=skip_checkov({"CKV_AWS_111": "Its actions name no resource at all."}),
        )
        for number, statements in enumerate(execution_role.policies(stack.configuration, boundary), 1)
    ]
    iam.Role(
        "StackRole",
        stack,
        **retained(stack.configuration),
        Description="CloudFormation makes the pipeline's changes with this role.",
        AssumeRolePolicyDocument=trusting("cloudformation.amazonaws.com"),
        ManagedPolicyArns=[Ref(policy) for policy in policies],
    )
    iam.Role(
        "AdministratorRole",
        stack,
        **retained(stack.configuration),
        Description="CloudFormation makes an administrator's changes with this role.",
        AssumeRolePolicyDocument=trusting("cloudformation.amazonaws.com"),
        ManagedPolicyArns=[arn("iam::aws:policy/AdministratorAccess")],
        Metadata=skip_checkov({"CKV_AWS_274": "Only administrators can pass it."}),
    )


def _add_deploy_role(stack: StackTemplate) -> None:
    provider = iam.OIDCProvider(
        "GitHubProvider",
        stack,
        Metadata={"Description": "Lets roles trust the identity tokens of GitHub Actions."},
        # All environments of the account sign in with it.
        DeletionPolicy="Retain",
        UpdateReplacePolicy="Retain",
        Condition="MakesProvider",
        Url=f"https://{GITHUB}",
        ClientIdList=["sts.amazonaws.com"],
    )
    subjects = _subjects(stack.configuration.environment)
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": If("MakesProvider", Ref(provider), Ref("OidcProviderArn"))},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": subjects}},
    }
    iam.Role(
        "DeployRole",
        stack,
        **retained(stack.configuration),
        Description="The pipeline of this repository and environment.",
        MaxSessionDuration=3600,
        AssumeRolePolicyDocument=document(trust),
        Policies=[iam.Policy(PolicyName="deploy", PolicyDocument=document(*deploy_statements(stack.configuration)))],
    )


def _subjects(environment: str) -> list[Sub]:
    """How GitHub names a job of this repository and environment: those created since 15 July 2026 with their numbers.

    Source: https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims
    """
    owner, name = (Select(index, Split("/", Ref("GitHubRepository"))) for index in (0, 1))
    return [
        Sub(f"repo:${{GitHubRepository}}:environment:{environment}"),
        Sub(
            f"repo:${{Owner}}@${{GitHubOwnerId}}/${{Name}}@${{GitHubRepositoryId}}:environment:{environment}",
            Owner=owner,
            Name=name,
        ),
    ]
