"""Stack ``bootstrap``: what an administrator makes once, so that a pipeline can deploy without keys.

GitHub proves who it is with a token; the deploy role trusts this repository and this environment only. It may push images,
publish the site, and start changes of the stacks that change often; CloudFormation makes those changes with a role of its
own. Stacks whose loss would be fatal (network, data, identity, platform) stay with the administrator.
The embedded AWS cannot create the OIDC provider, nor the role that trusts it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from troposphere import Equals, GetAtt, If, Ref, Sub
from troposphere.ecr import EncryptionConfiguration, ImageScanningConfiguration, LifecyclePolicy, Repository
from troposphere.iam import ManagedPolicy, OIDCProvider, Policy, Role

from deploy.containers import SERVICES, Service
from deploy.shared.buckets import RETAINED
from deploy.shared.roles import document, trusting
from deploy.shared.stack_template import StackTemplate, skip_checkov
from deploy.stacks.bootstrap.pipeline import boundary_statements, deploy_statements
from deploy.stacks.bootstrap.stack_role import stack_role_policies

if TYPE_CHECKING:
    from deploy.configuration import Configuration

GITHUB: Final = "token.actions.githubusercontent.com"
KEPT_IMAGES: Final = 50

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
            "description": f"more than {KEPT_IMAGES} releases back",
            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": KEPT_IMAGES},
            "action": {"type": "expire"},
        },
    ]
}


def template(configuration: Configuration) -> StackTemplate:
    stack = StackTemplate(configuration, "bootstrap", "image repositories, and the roles with which a pipeline deploys")
    stack.parameter(
        "GitHubRepository",
        "GitHub",
        "The repository whose pipeline may deploy, as owner/name.",
        AllowedPattern=r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+",
        ConstraintDescription="owner/name",
    )
    stack.parameter(
        "OidcProviderArn",
        "GitHub",
        "GitHub's OIDC provider if the account has one already (another environment's bootstrap made it); empty to make it.",
        Default="",
        AllowedPattern=r"(arn:[a-z-]+:iam::[0-9]{12}:oidc-provider/.+)?",
        ConstraintDescription="the ARN of an OIDC provider, or empty",
    )
    stack.add_condition("MakesProvider", Equals(Ref("OidcProviderArn"), ""))
    repositories = [_add_repository(stack, service) for service in SERVICES]
    boundary = stack.add_resource(
        ManagedPolicy(
            "Boundary",
            **RETAINED,
            Description="The most that a role made by the pipeline can ever do.",
            PolicyDocument=document(*boundary_statements(configuration)),
        )
    )
    stack_role = _add_stack_role(stack, boundary)
    deploy_role = _add_deploy_role(stack, repositories, stack_role)

    for service, repository in zip(SERVICES, repositories, strict=True):
        uri = GetAtt(repository, "RepositoryUri")
        stack.publish(f"{service.noun}RepositoryUri", f"Where images of {service.name} are pushed.", uri)
    stack.publish("DeployRoleArn", "The role that GitHub's workflow takes on.", GetAtt(deploy_role, "Arn"))
    stack.publish("StackRoleArn", "The role that CloudFormation takes on in the workflow.", GetAtt(stack_role, "Arn"))
    stack.publish("BoundaryArn", "The parameter PermissionsBoundaryArn of stack services.", Ref(boundary))
    return stack


def _add_repository(stack: StackTemplate, service: Service) -> Repository:
    return stack.add_resource(
        Repository(
            f"{service.noun}Repository",
            **RETAINED,
            ImageTagMutability="IMMUTABLE",
            ImageScanningConfiguration=ImageScanningConfiguration(ScanOnPush=True),
            EncryptionConfiguration=EncryptionConfiguration(EncryptionType="AES256"),
            LifecyclePolicy=LifecyclePolicy(LifecyclePolicyText=_json(_LIFECYCLE)),
            Metadata=skip_checkov(
                {"CKV_AWS_136": "Images hold no secret; a key of our own would be one more thing a task's start depends on."}
            ),
        ),
        f"Images of {service.name}; a pushed tag never changes.",
    )


def _add_stack_role(stack: StackTemplate, boundary: ManagedPolicy) -> Role:
    """What CloudFormation may do for the pipeline: make and change what the often changing stacks hold."""
    return stack.add_resource(
        Role(
            "StackRole",
            **RETAINED,
            Description="CloudFormation makes the pipeline's changes with this role.",
            AssumeRolePolicyDocument=trusting("cloudformation.amazonaws.com"),
            Policies=[
                Policy(PolicyName=name, PolicyDocument=document(*statements))
                for name, statements in stack_role_policies(stack.configuration, boundary).items()
            ],
            Metadata=skip_checkov(
                {"CKV_AWS_111": "What names no resource are actions that know none (stack_role.py, _UNNAMED)."}
            ),
        )
    )


def _add_deploy_role(stack: StackTemplate, repositories: list[Repository], stack_role: Role) -> Role:
    provider = stack.add_resource(
        OIDCProvider(
            "GitHubProvider",
            **RETAINED,
            Condition="MakesProvider",
            Url=f"https://{GITHUB}",
            ClientIdList=["sts.amazonaws.com"],
        ),
        "Lets roles trust the identity tokens of GitHub Actions.",
    )
    trust: dict[str, Any] = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": If("MakesProvider", Ref(provider), Ref("OidcProviderArn"))},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        f"{GITHUB}:aud": "sts.amazonaws.com",
                        f"{GITHUB}:sub": Sub(f"repo:${{GitHubRepository}}:environment:{stack.configuration.environment}"),
                    }
                },
            }
        ],
    }
    return stack.add_resource(
        Role(
            "DeployRole",
            **RETAINED,
            Description="The pipeline of this repository and environment.",
            MaxSessionDuration=3600,
            AssumeRolePolicyDocument=trust,
            Policies=[
                Policy(
                    PolicyName="deploy",
                    PolicyDocument=document(*deploy_statements(stack.configuration, repositories, stack_role)),
                )
            ],
        )
    )


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
