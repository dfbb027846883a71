"""Scaling follows from what a task was measured to answer: docs/benchmarks.md, and the arithmetic of docs/scaling.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from deploy.containers import FILES, SERVICES, TODOS, Service

BENCHMARKS = (Path(__file__).parents[2] / "docs" / "benchmarks.md").read_text()
# Requests of a thousand, as docs/scaling.md names them: how many, and what each takes.
MIX = {
    TODOS: [(250, "list of 10", 1), (200, "list of 100", 1), (30, "list of 100", 2), (150, "read one", 1), (300, "create", 1)],
    FILES: [(60, "list of 20 files", 1), (10, "create", 1)],
}
JUMP = 900
"""Requests a second, from 30, within seconds."""


def measured(work: str) -> float:
    """Milliseconds of a vCPU that one request takes."""
    (row,) = re.findall(rf"^\| {work} \| this project \|.*$", BENCHMARKS, re.MULTILINE)
    return float(row.split("|")[6])


def per_second(service: Service, deployment: Any) -> float:
    """What one task answers: its container's share of a vCPU, by what a request takes."""
    (container,) = [
        each
        for task in deployment.resources("AWS::ECS::TaskDefinition")
        for each in task["ContainerDefinitions"]
        if each["Name"] == service.name
    ]
    return container["Cpu"] / 1024 * 1000 / service.cpu_ms


def targets(deployment: Any) -> dict[str, float]:
    policies = deployment.resources("AWS::ApplicationAutoScaling::ScalingPolicy")
    return {policy.name: policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] for policy in policies}


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_constant_is_what_was_measured(service: Service) -> None:
    mix = MIX[service]
    mean = sum(share * times * measured(work) for share, work, times in mix) / sum(share for share, *_ in mix)
    assert service.cpu_ms == pytest.approx(mean, rel=0.1)


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
    answer more than comes.
    """
    if deployment.is_production:
        minimum = {each["MinCapacity"] for each in deployment.resources("AWS::ApplicationAutoScaling::ScalableTarget")}
        assert minimum == {3}
        assert 3 * per_second(TODOS, deployment) > 1.3 * JUMP
        assert 3 * per_second(FILES, deployment) > 1.3 * JUMP * 0.1, "files gets seven requests of a hundred"


def test_production_never_waits_for_a_task_below_its_throttle(deployment: Any) -> None:
    """What the API lets through fits into the tasks at most, at the share that the policies keep."""
    (stage,) = deployment.resources("AWS::ApiGatewayV2::Stage")
    for target in deployment.resources("AWS::ApplicationAutoScaling::ScalableTarget"):
        kept = 0.6 * per_second(TODOS, deployment) * target["MaxCapacity"]
        assert kept > stage["DefaultRouteSettings"]["ThrottlingRateLimit"]
