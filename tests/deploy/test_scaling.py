"""Scaling follows from what a task was measured to serve: the arithmetic of docs/reference/scaling.md."""

from __future__ import annotations

from typing import Any

import pytest

from deploy import cost
from deploy.containers import FILES, SERVICES, TODOS, Service

OF_FILES = ("list files", "reserve an upload", "complete an upload")
JUMP = 900
"""Requests a second, from 30, within seconds."""


def per_second(service: Service, deployment: Any) -> float:
    """Requests a second that one task serves: its container's share of a vCPU, by what a request takes."""
    (container,) = [
        each
        for task in deployment.resources("AWS::ECS::TaskDefinition")
        for each in task["ContainerDefinitions"]
        if each["Name"] == service.name
    ]
    return container["Cpu"] / 1024 * 1000 / service.cpu_ms


def limits(deployment: Any, limit: str) -> dict[Service, int]:
    """``MinCapacity`` or ``MaxCapacity`` by service."""
    found = {each.name: each[limit] for each in deployment.resources("AWS::ApplicationAutoScaling::ScalableTarget")}
    return {each: found.get(f"{each.noun}ScalableTarget") or found["SharedScalableTarget"] for each in SERVICES}


def targets(deployment: Any) -> dict[str, float]:
    policies = deployment.resources("AWS::ApplicationAutoScaling::ScalingPolicy")
    return {policy.name: policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] for policy in policies}


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_constant_is_the_mean_of_the_mix(service: Service) -> None:
    mix = [each for name, each in cost.MIX.items() if (name in OF_FILES) is (service is FILES)]
    mean = sum(share * milliseconds for share, *_, milliseconds in mix) / sum(share for share, *_ in mix)
    assert service.cpu_ms == pytest.approx(mean, rel=0.03)


def test_requests_are_kept_at_60_percent_of_what_a_task_answers(deployment: Any) -> None:
    """17"""
    for service in SERVICES:
        wanted = 0.6 * per_second(service, deployment) * 60
        assert targets(deployment)[f"{service.noun}RequestsPolicy"] == pytest.approx(wanted, abs=1)


def test_the_processor_is_kept_at_60_percent(deployment: Any) -> None:
    """17"""
    assert {value for name, value in targets(deployment).items() if name.endswith("CpuPolicy")} == {60}


def test_the_minimum_of_production_answers_a_front_page(deployment: Any) -> None:
    """17: for the five minutes until new tasks help, the tasks that run are all there is; nothing has to be given up when they
    serve more than comes.
    """
    if deployment.is_production:
        minimum = limits(deployment, "MinCapacity")
        assert minimum[TODOS] * per_second(TODOS, deployment) > 1.3 * JUMP
        assert minimum[FILES] * per_second(FILES, deployment) > 1.3 * JUMP * 0.1, "files gets seven requests of a hundred"


def test_production_has_as_many_tasks_in_each_availability_zone(deployment: Any) -> None:
    """17: losing one costs a third."""
    if deployment.is_production:
        assert all(number >= 3 and number % 3 == 0 for number in limits(deployment, "MinCapacity").values())


def test_production_never_waits_for_a_task_below_its_throttle(deployment: Any) -> None:
    """What the API lets through fits into the tasks at most, at the share that the policies keep."""
    (stage,) = deployment.resources("AWS::ApiGatewayV2::Stage")
    rate = stage["DefaultRouteSettings"]["ThrottlingRateLimit"]
    most = limits(deployment, "MaxCapacity")
    assert 0.6 * per_second(TODOS, deployment) * most[TODOS] > rate
    assert 0.6 * per_second(FILES, deployment) * most[FILES] > rate * 0.1
