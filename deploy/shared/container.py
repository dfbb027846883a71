"""Container definitions: what runs, as whom, with which variables. Names and numbers come from deploy/containers.py."""

from collections.abc import Sequence
from typing import Any

from troposphere import If, ImportValue, Join, NoValue, Ref, Sub, ecs

from deploy import containers
from deploy.containers import FILES, Service
from deploy.shared.stack_template import StackTemplate
from deploy.shared.storage import table_name


def add_image_parameter(stack: StackTemplate, service: Service) -> None:
    """Add the parameter with the service's image."""
    description = f"Image of {service.name}: repository and commit tag, or repository and digest."
    stack.parameter(f"{service.noun}Image", like="Image", Description=description)


def service_container(stack: StackTemplate, service: Service) -> ecs.ContainerDefinition:
    """The container of a service, whose SECRET_KEY is in this stack's ``<Noun>SecretKey``."""
    tasks, secret = stack.configuration.tasks(service.name), Ref(f"{service.noun}SecretKey")
    # <ARN>:<key of a JSON secret>:<stage>:<version>; a secret that was never rotated has no version of this stage.
    previous = ecs.Secret(Name=containers.PREVIOUS_SECRET, ValueFrom=Join("", [secret, "::AWSPREVIOUS:"]))
    traces = ecs.Environment(Name="TRACES", Value=containers.TRACES)
    health = f"http://127.0.0.1:{service.port}{containers.HEALTH_PATH}"
    probe = f"import urllib.request as r; r.urlopen('{health}', timeout={containers.HEALTH_TIMEOUT}).close()"
    return ecs.ContainerDefinition(
        **_common(service.name, Ref(f"{service.noun}Image"), containers.SERVER, log_group_name(stack, service)),
        Cpu=tasks.cpu,
        Memory=tasks.memory,
        Environment=_environment(stack, service) + ([traces] if stack.configuration.tracing else []),
        Secrets=[ecs.Secret(Name=containers.SECRET, ValueFrom=secret), If("AcceptsPreviousSecretKey", previous, NoValue)],
        PortMappings=[ecs.PortMapping(ContainerPort=service.port, Protocol="tcp")],
        HealthCheck=ecs.HealthCheck(
            Command=["CMD", "python", "-c", probe],
            Interval=containers.HEALTH_INTERVAL,
            Timeout=containers.HEALTH_TIMEOUT + 2,  # the interpreter's start
            Retries=containers.UNHEALTHY_AFTER,
            StartPeriod=30,
        ),
    )


def purge_container(stack: StackTemplate, secret: Any, log_group: Any) -> ecs.ContainerDefinition:
    """The scheduled purge: the image, settings and variables of ``files``, another command, nothing that listens."""
    return ecs.ContainerDefinition(
        **_common("purge", Ref("FilesImage"), containers.PURGE, log_group),
        Cpu=256,
        Memory=512,
        Environment=_environment(stack, FILES),
        Secrets=[ecs.Secret(Name=containers.SECRET, ValueFrom=secret)],
        # Nothing asks for its health; the check says that the interpreter runs, and ends with the task.
        HealthCheck=ecs.HealthCheck(Command=["CMD", "python", "-c", ""], Interval=60, Timeout=10, Retries=3),
    )


def collector_container(log_group: Any) -> ecs.ContainerDefinition:
    """AWS Distro for OpenTelemetry with its own configuration for ECS: OTLP in, X-Ray out. The task lives on without it.

    Source: https://aws-otel.github.io/docs/setup/ecs
    """
    common = _common("collector", Ref("CollectorImage"), ["--config=/etc/ecs/ecs-default-config.yaml"], log_group)
    return ecs.ContainerDefinition(
        **{**common, "Essential": False},
        # No share of its own: it takes what the service leaves, and the task's size stays.
        Cpu=0,
        Memory=containers.COLLECTOR_MEMORY,
        HealthCheck=ecs.HealthCheck(Command=["CMD", "/healthcheck"], Interval=60, Timeout=10, Retries=3),
    )


def scratch_volumes(definitions: Sequence[ecs.ContainerDefinition]) -> list[ecs.Volume]:
    """A volume for each container of a task: what one writes, the other neither reads nor runs out of space by."""
    return [ecs.Volume(Name=f"{definition.Name}-scratch") for definition in definitions]


def _environment(stack: StackTemplate, service: Service) -> list[ecs.Environment]:
    """The variables of a service's container; what names a resource is a reference to it."""
    known: dict[str, Any] = {
        "DJANGO_SETTINGS_MODULE": service.settings,
        "ALLOWED_HOSTS": _hosts(stack),
        "AWS_REGION": Ref("AWS::Region"),
        "COGNITO_USER_POOL_ID": stack.imported("identity", "UserPoolId"),
        "COGNITO_CLIENT_ID": stack.imported("identity", "WebClientId"),
        "METRICS_NAMESPACE": stack.configuration.metrics_namespace,
        "WEB_CONCURRENCY": str(containers.WORKERS),
        "WEB_THREADS": str(containers.THREADS),
        "TODOS_TABLE": table_name(stack, "Todos"),
        "FILES_TABLE": table_name(stack, "Files"),
        "ATTACHMENTS_BUCKET": stack.imported("data", "AttachmentsBucketName"),
    }
    return [ecs.Environment(Name=name, Value=known[name]) for name in service.environment]


def log_group_name(stack: StackTemplate, service: Service) -> ImportValue:
    """It is in stack platform: when a first deployment fails and is undone, the lines that say why stay."""
    return stack.imported("platform", f"{service.noun}LogGroupName")


def _hosts(stack: StackTemplate) -> Join:
    """The API passes its own host on. Any API of the region is named, because the API's stack comes after this one; who may
    speak to a service is decided by security groups and the origin secret, not by the Host header."""
    api = Sub(".execute-api.${AWS::Region}.${AWS::URLSuffix}")
    # Without further hosts it ends with a comma, after which the settings expect nothing.
    return Join(",", [stack.imported("platform", "LoadBalancerHost"), api, Ref("FurtherHosts")])


def _common(name: str, image: Ref, command: Sequence[str], log_group: Any) -> dict[str, Any]:
    return {
        "Name": name,
        "Image": image,
        "Command": list(command),
        "Essential": True,
        "User": containers.USER,
        "ReadonlyRootFilesystem": True,
        "MountPoints": [ecs.MountPoint(SourceVolume=f"{name}-scratch", ContainerPath=containers.SCRATCH, ReadOnly=False)],
        "LinuxParameters": ecs.LinuxParameters(InitProcessEnabled=True, Capabilities=ecs.KernelCapabilities(Drop=["ALL"])),
        "StopTimeout": containers.STOP_TIMEOUT,
        "LogConfiguration": ecs.LogConfiguration(
            LogDriver="awslogs",
            Options={
                "awslogs-group": log_group,
                "awslogs-region": Ref("AWS::Region"),
                "awslogs-stream-prefix": name,
                # A slow log service must not hold a request up.
                "mode": "non-blocking",
                "max-buffer-size": "4m",
            },
        ),
    }
