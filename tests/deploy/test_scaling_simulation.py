"""The simulation uses the templates' numbers, and docs/scaling.md and its plots show what it says."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from deploy import scaling_simulation, throughput
from deploy.configuration import Configuration
from deploy.simulation import policies as policy_numbers
from deploy.simulation.model import simulate
from deploy.simulation.policies import Policies
from deploy.simulation.situations import SITUATIONS, jump, outcome, run
from deploy.throughput import NotAMeasurementError

POLICIES = Policies(
    cpu_target=60,
    requests_target=1_000,
    out_cooldown=60,
    in_cooldown=300,
    minimum=3,
    maximum=24,
    vcpu=0.5,
    passing_check=20,
    throttle=1_000,
    burst=2_000,
)
IMAGES = scaling_simulation.DOCS / "images"


def test_it_works(capsys):
    assert scaling_simulation.main([]) == 0
    assert "front" in capsys.readouterr().out


def test_document_and_plots_are_up_to_date():
    assert scaling_simulation.main(["--check"]) == 0, "run: python deploy/scaling_simulation.py --write"


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_numbers_are_the_templates(environment, deployments):
    (deployment,) = (each for each in deployments if each.configuration == Configuration(environment))
    numbers = policy_numbers.read(Configuration(environment))
    policies = {
        name: deployment.resource(f"Todos{name}Policy")["TargetTrackingScalingPolicyConfiguration"]
        for name in ("Cpu", "Requests")
    }
    target, group = deployment.resource("TodosScalableTarget"), deployment.resource("TodosTargetGroup")
    stage = deployment.resource("Stage")["DefaultRouteSettings"]
    assert numbers == Policies(
        cpu_target=policies["Cpu"]["TargetValue"],
        requests_target=policies["Requests"]["TargetValue"],
        out_cooldown=policies["Requests"]["ScaleOutCooldown"],
        in_cooldown=policies["Requests"]["ScaleInCooldown"],
        minimum=target["MinCapacity"],
        maximum=target["MaxCapacity"],
        vcpu=int(deployment.resource("TodosTask")["Cpu"]) / 1024,
        passing_check=group["HealthCheckIntervalSeconds"] * group["HealthyThresholdCount"],
        throttle=stage["ThrottlingRateLimit"],
        burst=stage["ThrottlingBurstLimit"],
    )


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.name)
def test_each_plot_names_the_templates_numbers(situation):
    plot = ET.parse(IMAGES / f"scaling-{situation.name}.svg").getroot()  # noqa: S314  our own file
    numbers = policy_numbers.read(Configuration("prod"))
    assert plot.findtext("{http://www.w3.org/2000/svg}desc") == numbers.as_text()


def test_a_steady_load_keeps_its_tasks():
    series = simulate(POLICIES, lambda _: 30, 3_600, rate_of_task=100)
    assert {second.desired for second in series} == {3}
    assert outcome(series).worst_wait == 0


def test_help_comes_after_three_minutes_the_delay_the_start_and_the_checks():
    series = simulate(POLICIES, jump(30, 200, over=1), 3_600, rate_of_task=100)
    # 3 minutes above, 1 until they are seen, 60 s of start, 20 s of checks
    assert outcome(series).first_help == 180 + 60 + 60 + 20


def test_tasks_settle_at_the_target_of_requests():
    series = simulate(POLICIES, jump(30, 200, over=1), 2_400, rate_of_task=100)
    assert series[-1].running == 12  # 200 a second are 12,000 a minute


def test_what_the_tasks_cannot_answer_waits_as_long_as_the_api_does():
    series = simulate(POLICIES, jump(30, 900, over=1), 3_600, rate_of_task=100)
    found = outcome(series)
    assert found.worst_wait == pytest.approx(30)
    assert found.lost > 0
    assert found.throttled == 0
    assert found.peak_tasks == POLICIES.maximum


def test_what_is_above_the_throttle_never_arrives():
    series = simulate(POLICIES, jump(30, 2_000, over=1), 3_600, rate_of_task=1_000)
    assert series[1_500].throttled == pytest.approx(1_000)
    assert outcome(series).lost == 0


def test_more_tasks_at_least_lose_less():
    load = jump(30, 900, over=1)
    parts = [outcome(simulate(replace(POLICIES, minimum=minimum), load, 3_600, rate_of_task=100)).lost for minimum in (3, 6, 9)]
    assert parts == sorted(parts, reverse=True)
    assert parts[-1] == 0


def test_tasks_leave_slowly_and_never_below_the_minimum():
    series = simulate(POLICIES, jump(30, 300, over=1), 3 * 3_600, rate_of_task=100)
    desired = [second.desired for second in series]
    falls = [at for at, (before, after) in enumerate(pairwise(desired)) if after < before]
    assert falls[0] >= 40 * 60 + 15 * 60
    assert all(later - earlier >= POLICIES.in_cooldown for earlier, later in pairwise(falls))
    assert desired[-1] == POLICIES.minimum


def test_the_same_input_gives_the_same_series():
    numbers, measured = policy_numbers.read(Configuration("prod")), throughput.read()
    assert run(numbers, measured, SITUATIONS[0]) == run(numbers, measured, SITUATIONS[0])


def results(rounds: int, kinds: list[str]) -> str:
    return json.dumps(
        {"rounds": rounds, "table": {kind: {"this project": [{"cpu": 2.0}, {"cpu": 9.0}, {"cpu": 3.0}]} for kind in kinds}}
    )


def test_measurements_are_taken_over(tmp_path):
    file, found = tmp_path / "throughput.json", tmp_path / "results.json"
    file.write_text(throughput.FILE.read_text(encoding="utf-8"), encoding="utf-8")
    found.write_text(results(5, [*throughput.read().cpu_ms]), encoding="utf-8")
    throughput.take_over(found, file)
    taken = throughput.read(file)
    assert taken.measured
    assert set(taken.cpu_ms.values()) == {3.0}


@pytest.mark.parametrize(("rounds", "kinds", "reason"), [(1, ["create"], "quick run"), (5, ["create"], "list of 100")])
def test_measurements_that_are_not_enough_are_refused(tmp_path, rounds, kinds, reason):
    found = tmp_path / "results.json"
    found.write_text(results(rounds, kinds), encoding="utf-8")
    with pytest.raises(NotAMeasurementError, match=reason):
        throughput.take_over(found)


def test_results_that_are_not_there_are_named(capsys):
    assert scaling_simulation.main(["--measured", "nowhere.json"]) == 1
    assert "nowhere.json" in capsys.readouterr().out
