"""Items 3, 4 and 9 of the review checklist: the internal load balancer, its rules and its target groups."""

from __future__ import annotations

from typing import Any

from deploy import containers
from deploy.stacks import STACKS


def attributes(resource: Any, name: str) -> dict[str, Any]:
    return {each["Key"]: each["Value"] for each in resource[name]}


def test_the_load_balancer_is_internal_in_three_zones(deployment: Any) -> None:
    """3"""
    (balancer,) = deployment.resources("AWS::ElasticLoadBalancingV2::LoadBalancer")
    assert balancer["Scheme"] == "internal"
    separator, subnets = balancer["Subnets"]["Fn::Split"]
    _, value = deployment.imported(subnets)
    assert (separator, len(value["Fn::Join"][1])) == (",", 3)


def test_the_link_has_subnets_of_its_own(deployment: Any) -> None:
    """API Gateway developer guide, "Set up VPC links V2": not in every Availability Zone of a Region."""
    (link,) = deployment.resources("AWS::ApiGatewayV2::VpcLink")
    _, subnets = link["SubnetIds"]["Fn::Split"]
    _, value = deployment.imported(subnets)
    assert value["Fn::Join"][1] == [{"Ref": "LinkSubnetA"}, {"Ref": "LinkSubnetB"}]


def test_the_load_balancer_drops_invalid_headers_and_logs(deployment: Any) -> None:
    """3"""
    (balancer,) = deployment.resources("AWS::ElasticLoadBalancingV2::LoadBalancer")
    values = attributes(balancer, "LoadBalancerAttributes")
    assert values["routing.http.drop_invalid_header_fields.enabled"] == "true"
    assert values["access_logs.s3.enabled"] == "true"
    assert deployment.target(values["access_logs.s3.bucket"]) == "LogBucket"


def test_deletion_protection_does_not_stand_in_the_way_of_undoing_a_first_deployment(deployment: Any) -> None:
    """3: Elastic Load Balancing API reference, DeleteLoadBalancer: refused while protection is on. So it is on from the second
    deployment of the stack on, which the end of the first release is.
    """
    (balancer,) = deployment.resources("AWS::ElasticLoadBalancingV2::LoadBalancer")
    protection = attributes(balancer, "LoadBalancerAttributes")["deletion_protection.enabled"]
    platform = deployment.templates["platform"]
    assert protection == {"Ref": "LoadBalancerProtection"}
    assert platform["Parameters"]["LoadBalancerProtection"]["Default"] == "false"
    assert platform["Outputs"]["LoadBalancerProtection"]["Value"] == ("true" if deployment.is_production else "false")
    (definition,) = [stack for stack in STACKS if stack.name == "platform"]
    assert definition.later == {"LoadBalancerProtection": "platform"}


def test_the_load_balancer_waits_longer_than_the_api(deployment: Any) -> None:
    """3"""
    (balancer,) = deployment.resources("AWS::ElasticLoadBalancingV2::LoadBalancer")
    (integration,) = deployment.resources("AWS::ApiGatewayV2::Integration")
    idle = int(attributes(balancer, "LoadBalancerAttributes")["idle_timeout.timeout_seconds"])
    assert integration["TimeoutInMillis"] <= 30_000
    assert idle * 1000 > integration["TimeoutInMillis"]


def test_the_listener_refuses_by_default(deployment: Any) -> None:
    """4"""
    (listener,) = deployment.resources("AWS::ElasticLoadBalancingV2::Listener")
    (action,) = listener["DefaultActions"]
    assert (action["Type"], action["FixedResponseConfig"]["StatusCode"]) == ("fixed-response", "404")


def test_rules_are_anchored_disjoint_and_of_different_priority(deployment: Any) -> None:
    """4"""
    rules = deployment.resources("AWS::ElasticLoadBalancingV2::ListenerRule")
    paths = {rule.name: rule["Conditions"][0]["PathPatternConfig"]["Values"] for rule in rules}
    todos, files = ["/api/*/todos", "/api/*/todos/*"], ["/api/*/files", "/api/*/files/*"]
    assert paths == {"TodosRule": todos, "TodosTestRule": todos, "FilesRule": files, "FilesTestRule": files}
    assert len({rule["Priority"] for rule in rules}) == 4


def test_only_the_smoke_test_meets_the_test_rule_and_meets_it_first(deployment: Any) -> None:
    rules = {rule.name: rule for rule in deployment.resources("AWS::ElasticLoadBalancingV2::ListenerRule")}
    for noun in ("Todos", "Files"):
        rule, test = rules[f"{noun}Rule"], rules[f"{noun}TestRule"]
        assert test["Priority"] < rule["Priority"]
        header = {"HttpHeaderName": "x-revision", "Values": ["test"]}
        assert test["Conditions"] == [*rule["Conditions"], {"Field": "http-header", "HttpHeaderConfig": header}]
        targets = [deployment.target(each["Actions"][0]["TargetGroupArn"]) for each in (rule, test)]
        assert targets == [f"{noun}TargetGroup", f"{noun}AlternateTargetGroup"]


def test_ecs_shifts_traffic_between_these_groups_by_these_rules(deployment: Any) -> None:
    for service in deployment.resources("AWS::ECS::Service"):
        for balancer in service["LoadBalancers"]:
            noun, shift = balancer["ContainerName"].capitalize(), balancer["AdvancedConfiguration"]
            found = [balancer["TargetGroupArn"], *(shift[name] for name in sorted(shift))]
            names = ("TargetGroup", "AlternateTargetGroup", "Rule", "TestRule")
            wanted = [f"{noun}{name}" for name in names]
            assert [deployment.target(each) for each in found] == [*wanted[:3], "TrafficRole", wanted[3]]
    (role,) = [role for role in deployment.resources("AWS::IAM::Role") if role.name == "TrafficRole"]
    _, targets, shift = role["Policies"][0]["PolicyDocument"]["Statement"]
    for kind, statement in (("TargetGroup", targets), ("ListenerRule", shift)):
        every = {each.name for each in deployment.resources(f"AWS::ElasticLoadBalancingV2::{kind}")}
        assert {each["Ref"] for each in statement["Resource"]} == every


def test_rules_ask_for_the_secret_that_cloudfront_sends(deployment: Any) -> None:
    """No request bypasses the web ACL by the API's endpoint."""
    (distribution,) = deployment.resources("AWS::CloudFront::Distribution")
    origins = {origin["Id"]: origin for origin in distribution["DistributionConfig"]["Origins"]}
    (sent,) = origins["api"]["OriginCustomHeaders"]
    for rule in deployment.resources("AWS::ElasticLoadBalancingV2::ListenerRule"):
        asked = rule["Conditions"][1]["HttpHeaderConfig"]
        assert asked["HttpHeaderName"] == sent["HeaderName"] == containers.ORIGIN_HEADER
        assert asked["Values"] == [sent["HeaderValue"]]
        assert asked["Values"][0].startswith("{{resolve:secretsmanager:")


def test_target_groups_check_their_own_path_often(deployment: Any) -> None:
    """9"""
    groups = deployment.resources("AWS::ElasticLoadBalancingV2::TargetGroup")
    assert {group.name: group["Port"] for group in groups} == {
        f"{each.noun}{which}TargetGroup": each.port for each in containers.SERVICES for which in ("", "Alternate")
    }
    for group in groups:
        assert group["TargetType"] == "ip"
        assert group["HealthCheckPath"] == containers.HEALTH_PATH
        assert group["HealthCheckTimeoutSeconds"] < group["HealthCheckIntervalSeconds"] <= 15
        assert group["HealthyThresholdCount"] in {2, 3}
        assert group["UnhealthyThresholdCount"] in {2, 3}
        assert 30 <= int(attributes(group, "TargetGroupAttributes")["deregistration_delay.timeout_seconds"]) <= 60
