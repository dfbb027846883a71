"""Stack ``services``: the tasks, their roles, secrets, deployments and scaling, and the alarms on processor and memory."""

from typing import Final

from troposphere import Equals, GetAtt, Join, Ref, ecs, events, secretsmanager

from deploy.configuration import Configuration
from deploy.containers import FILES, SERVICES, Service
from deploy.shared.container import collector_container, image_parameter, service_container
from deploy.shared.roles import allowing
from deploy.shared.stack_template import StackTemplate, unique_name
from deploy.shared.storage import add_table_parameters
from deploy.shared.task_roles import add_execution_role, add_task_role
from deploy.stacks.services.permissions import STATEMENTS
from deploy.stacks.services.scaling import add_scaling
from deploy.stacks.services.tasks import Unit, add_service, add_task, units

TRACE_ACTIONS: Final = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")
"""They know no resource (Service Authorization Reference)."""
FAILURES: Final = ("SERVICE_DEPLOYMENT_FAILED", "SERVICE_TASK_PLACEMENT_FAILURE", "SERVICE_TASK_START_IMPAIRED")


def template(configuration: Configuration) -> StackTemplate:
    stack = StackTemplate(configuration, "services", f"both containers ({configuration.task_layout} tasks)")
    images = {service: image_parameter(stack, service) for service in SERVICES}
    stack.parameter("FurtherHosts")
    if configuration.tracing:
        stack.parameter("CollectorImage")
    stack.parameter("PreviousSecretKey")
    stack.add_condition("AcceptsPreviousSecretKey", Equals(Ref("PreviousSecretKey"), "accepted"))
    add_table_parameters(stack)
    stack.optional("PermissionsBoundaryArn")
    secrets = {service: _add_secret(stack, service) for service in SERVICES}
    # Their log groups are in stack platform: when a first deployment fails and is undone, the lines that say why stay.
    log_groups = {service: stack.imported("platform", f"{service.noun}LogGroupName") for service in SERVICES}

    deployed = []
    for unit in units(configuration):
        containers = [
            service_container(
                stack,
                service,
                images[service],
                Ref(secrets[service]),
                log_groups[service],
                cpu=configuration.tasks(service.name).cpu,
                memory=configuration.tasks(service.name).memory,
            )
            for service in unit.services
        ]
        statements = [statement for service in unit.services for statement in STATEMENTS[service](stack)]
        if configuration.tracing:
            containers.append(collector_container(log_groups[unit.services[0]]))
            statements.append(allowing("Traces", TRACE_ACTIONS, "*"))
        task_role = add_task_role(
            stack,
            unit.scope,
            f"The process{'es' if len(unit.services) > 1 else ''} of {' and '.join(each.name for each in unit.services)}.",
            statements,
        )
        execution_role = add_execution_role(
            stack, unit.scope, [Ref(secrets[each]) for each in unit.services], [log_groups[each] for each in unit.services]
        )
        task = add_task(stack, unit.scope, containers, task_role=task_role, execution_role=execution_role)
        ecs_service = add_service(stack, unit, task)
        add_scaling(stack, unit, ecs_service)
        deployed.append((unit, ecs_service))
    _add_deployment_rule(stack, deployed)
    stack.publish("FilesSecretKeyArn", "SECRET_KEY of files, which stack purge runs with too.", Ref(secrets[FILES]))
    return stack


def _add_secret(stack: StackTemplate, service: Service) -> secretsmanager.Secret:
    return stack.add_resource(
        secretsmanager.Secret(
            f"{service.noun}SecretKey",
            # Named, because CloudFormation's own names of secrets do not say whose they are; the boundary goes by names.
            Name=Join("-", [unique_name(), service.name]),
            Description=f"Django's SECRET_KEY of the service {service.name}: signs cursors, names users in logs.",
            GenerateSecretString=secretsmanager.GenerateSecretString(PasswordLength=64, ExcludePunctuation=True),
        )
    )


def _add_deployment_rule(stack: StackTemplate, deployed: list[tuple[Unit, ecs.Service]]) -> None:
    """ECS tells of a deployment that it rolled back, and of tasks that it cannot start: nothing else would while others serve.

    Source: Amazon ECS developer guide, "Amazon ECS service deployment state change events" and "service action events".
    """
    for unit, service in deployed:
        stack.publish(f"{unit.scope}ServiceName", f"ECS service of {unit.scope.lower()}.", GetAtt(service, "Name"))
    stack.add_resource(
        events.Rule(
            "DeploymentFailedRule",
            Description="Tells of deployments that failed and of tasks that ECS cannot start. "
            "See docs/how-to/runbook.md#deployment-failed.",
            EventPattern={
                "source": ["aws.ecs"],
                "detail-type": ["ECS Deployment State Change", "ECS Service Action"],
                "resources": [Ref(service) for _, service in deployed],
                "detail": {"eventName": list(FAILURES)},
            },
            Targets=[events.Target(Id="alerts", Arn=stack.imported("platform", "AlertTopicArn"))],
        )
    )
