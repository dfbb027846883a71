"""The numbers of scaling, read from the generated templates of ``services`` and ``api``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from deploy.stacks import STACKS

if TYPE_CHECKING:
    from deploy.configuration import Configuration

SCOPE: Final = "Todos"
"""The service that gets nearly all requests."""


@dataclass(frozen=True, slots=True)
class Policies:
    """Of the service todos. Targets: percent of processor, requests a minute and task. Times in seconds.

    ``passing_check``: from the first answered health check until the load balancer sends requests.
    ``throttle``/``burst``: what the API lets through, a second.
    """

    cpu_target: float
    requests_target: float
    out_cooldown: int
    in_cooldown: int
    minimum: int
    maximum: int
    vcpu: float
    passing_check: int
    throttle: float
    burst: float

    def as_text(self) -> str:
        """Name and number of each, in order: written into every plot."""
        return ", ".join(f"{name}={value:g}" for name, value in asdict(self).items())


def read(configuration: Configuration) -> Policies:
    """The policies of a configuration with independent tasks."""
    resources = _resources(configuration, "services")
    trackings = [
        each["TargetTrackingScalingPolicyConfiguration"]
        for name, each in resources.items()
        if name in {f"{SCOPE}CpuPolicy", f"{SCOPE}RequestsPolicy"}
    ]
    targets = {each["PredefinedMetricSpecification"]["PredefinedMetricType"]: each for each in trackings}
    cpu, requests = targets["ECSServiceAverageCPUUtilization"], targets["ALBRequestCountPerTarget"]
    group, scalable = resources[f"{SCOPE}TargetGroup"], resources[f"{SCOPE}ScalableTarget"]
    (stage,) = (each for each in _resources(configuration, "api").values() if "DefaultRouteSettings" in each)
    return Policies(
        cpu_target=float(cpu["TargetValue"]),
        requests_target=float(requests["TargetValue"]),
        out_cooldown=int(requests["ScaleOutCooldown"]),
        in_cooldown=int(requests["ScaleInCooldown"]),
        minimum=int(scalable["MinCapacity"]),
        maximum=int(scalable["MaxCapacity"]),
        vcpu=int(resources[f"{SCOPE}Task"]["Cpu"]) / 1024,
        passing_check=int(group["HealthCheckIntervalSeconds"]) * int(group["HealthyThresholdCount"]),
        throttle=float(stage["DefaultRouteSettings"]["ThrottlingRateLimit"]),
        burst=float(stage["DefaultRouteSettings"]["ThrottlingBurstLimit"]),
    )


def _resources(configuration: Configuration, name: str) -> dict[str, dict[str, Any]]:
    (stack,) = (each for each in STACKS if each.name == name)
    template = json.loads(stack.template(configuration).to_json())
    return {logical_id: body.get("Properties", {}) for logical_id, body in template["Resources"].items()}
