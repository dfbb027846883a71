"""Stack ``services``: the tasks, their roles, secrets, deployments and scaling, and the alarms on processor and memory."""

from collections.abc import Sequence

from troposphere import Equals, GetAtt, Join, Ref, events, secretsmanager

from deploy.configuration import Configuration
from deploy.containers import SERVICES, Service
from deploy.shared.container import add_image_parameter, collector_container, log_group_name, service_container
from deploy.shared.roles import TASKS, add_execution_role, add_role, allowing
from deploy.shared.stack_template import StackTemplate, unique_name
from deploy.shared.storage import add_table_parameters
from deploy.stacks.services.permissions import STATEMENTS
from deploy.stacks.services.scaling import add_scaling
from deploy.stacks.services.tasks import add_service, add_task, units


def template(configuration: Configuration) -> StackTemplate:
    stack = StackTemplate(configuration, "services", f"both containers ({configuration.task_layout} tasks)")
    for service in SERVICES:
        add_image_parameter(stack, service)
    stack.parameter("FurtherHosts")
    if configuration.tracing:
        stack.parameter("CollectorImage")
    stack.parameter("PreviousSecretKey")
    stack.add_condition("AcceptsPreviousSecretKey", Equals(Ref("PreviousSecretKey"), "accepted"))
    add_table_parameters(stack)
    stack.optional("PermissionsBoundaryArn")
    for service in SERVICES:
        _add_secret(stack, service)
    for unit in units(configuration):
        log_groups = [log_group_name(stack, service) for service in unit.services]
        definitions = [service_container(stack, service) for service in unit.services]
        statements = [statement for service in unit.services for statement in STATEMENTS[service](stack)]
        if configuration.tracing:
            definitions.append(collector_container(log_groups[0]))
            # They know no resource (Service Authorization Reference).
            statements.append(allowing("Traces", ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*"))
        names = " and ".join(service.name for service in unit.services)
        description = f"The process{'es' if len(unit.services) > 1 else ''} of {names}."
        add_role(stack, f"{unit.scope}TaskRole", description, TASKS, statements)
        secrets = [Ref(f"{service.noun}SecretKey") for service in unit.services]
        add_execution_role(stack, unit.scope, secrets, log_groups)
        task = add_task(stack, unit.scope, definitions)
        add_scaling(stack, unit, add_service(stack, unit, task))
    _add_deployment_rule(stack, [unit.scope for unit in units(configuration)])
    stack.publish("FilesSecretKeyArn", "SECRET_KEY of files, which stack purge runs with too.", Ref("FilesSecretKey"))
    return stack


def _add_secret(stack: StackTemplate, service: Service) -> None:
    secretsmanager.Secret(
        f"{service.noun}SecretKey",
        stack,
        # Named, because CloudFormation's own names of secrets do not say whose they are; the boundary goes by names.
        Name=Join("-", [unique_name(), service.name]),
        Description=f"Django's SECRET_KEY of the service {service.name}: signs cursors, names users in logs.",
        GenerateSecretString=secretsmanager.GenerateSecretString(PasswordLength=64, ExcludePunctuation=True),
    )


def _add_deployment_rule(stack: StackTemplate, scopes: Sequence[str]) -> None:
    """ECS tells of a deployment that it rolled back, and of tasks that it cannot start: nothing else would while others serve.

    Source: Amazon ECS developer guide, "Amazon ECS service deployment state change events" and "service action events".
    """
    failures = ["SERVICE_DEPLOYMENT_FAILED", "SERVICE_TASK_PLACEMENT_FAILURE", "SERVICE_TASK_START_IMPAIRED"]
    for scope in scopes:
        stack.publish(f"{scope}ServiceName", f"ECS service of {scope.lower()}.", GetAtt(f"{scope}Service", "Name"))
    events.Rule(
        "DeploymentFailedRule",
        stack,
        Description="Tells of deployments that failed and of tasks that ECS cannot start. "
        "See docs/how-to/runbook.md#deployment-failed.",
        EventPattern={
            "source": ["aws.ecs"],
            "detail-type": ["ECS Deployment State Change", "ECS Service Action"],
            "resources": [Ref(f"{scope}Service") for scope in scopes],
            "detail": {"eventName": failures},
        },
        Targets=[events.Target(Id="alerts", Arn=stack.imported("platform", "AlertTopicArn"))],
    )
