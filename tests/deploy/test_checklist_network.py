"""Items 1, 2 and 23 of the review checklist: who reaches whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from deploy import containers
from deploy.stacks.network import template as network

ANYWHERE = "0.0.0.0/0"
NOTHING = {"CidrIp": "127.0.0.1/32", "IpProtocol": "-1"}


def ingress(deployment: Any) -> list[dict[str, Any]]:
    """Every ingress rule of every security group, inside a group or standing alone."""
    inline = [rule for group in deployment.resources("AWS::EC2::SecurityGroup") for rule in group.get("SecurityGroupIngress", [])]
    return inline + [rule.properties for rule in deployment.resources("AWS::EC2::SecurityGroupIngress")]


def test_no_ingress_from_anywhere_and_none_for_all_protocols(deployment: Any) -> None:
    """1"""
    rules = ingress(deployment)
    assert rules
    for rule in rules:
        assert rule["IpProtocol"] == "tcp"
        assert "CidrIp" not in rule
        assert "CidrIpv6" not in rule
        assert "SourceSecurityGroupId" in rule


def test_every_security_group_says_its_egress(deployment: Any) -> None:
    """1"""
    for group in deployment.resources("AWS::EC2::SecurityGroup"):
        (rule,) = group["SecurityGroupEgress"]
        described = {key: value for key, value in rule.items() if key != "Description"}
        https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": ANYWHERE}
        assert described in (NOTHING, https), group.name


def test_each_hop_admits_only_the_one_before_it(deployment: Any) -> None:
    """2: VPC link, load balancer, service; one port each; by source group."""
    hops = {
        (deployment.target(rule["SourceSecurityGroupId"]), deployment.target(rule["GroupId"]), rule["FromPort"], rule["ToPort"])
        for rule in deployment.resources("AWS::EC2::SecurityGroupIngress")
        if rule["FromPort"] != 443
    }
    listener = containers.LISTENER_PORT
    services = {("LoadBalancerSecurityGroup", f"{each.noun}SecurityGroup", each.port, each.port) for each in containers.SERVICES}
    assert hops == {("VpcLinkSecurityGroup", "LoadBalancerSecurityGroup", listener, listener), *services}


def test_the_way_out_of_each_hop_mirrors_the_way_in(deployment: Any) -> None:
    """2"""
    out = {
        (deployment.target(rule["GroupId"]), deployment.target(rule["DestinationSecurityGroupId"]), rule["FromPort"])
        for rule in deployment.resources("AWS::EC2::SecurityGroupEgress")
    }
    into = {
        (deployment.target(rule["SourceSecurityGroupId"]), deployment.target(rule["GroupId"]), rule["FromPort"])
        for rule in deployment.resources("AWS::EC2::SecurityGroupIngress")
        if rule["FromPort"] != 443
    }
    assert out == into


def test_endpoints_admit_443_from_all_that_call_aws_and_nobody_else(deployment: Any) -> None:
    """23"""
    callers = {
        deployment.target(rule["SourceSecurityGroupId"])
        for rule in deployment.resources("AWS::EC2::SecurityGroupIngress")
        if deployment.target(rule["GroupId"]) == "EndpointSecurityGroup"
    }
    calling = {
        group.name
        for group in deployment.resources("AWS::EC2::SecurityGroup")
        if group["SecurityGroupEgress"][0].get("FromPort") == 443
    }
    assert callers == calling
    assert "PurgeSecurityGroup" in callers


def test_each_private_route_goes_to_the_nat_gateway_of_its_own_zone(deployment: Any) -> None:
    """23"""
    gateways = deployment.resources("AWS::EC2::NatGateway")
    assert len(gateways) == (3 if deployment.is_production else int(deployment.uses_ec2))
    for zone in "ABC":
        route = deployment.resource(f"ApplicationInternetRoute{zone}")
        if not gateways:
            assert route["GatewayId"] == {"Ref": "InternetGateway"}
            continue
        gateway = deployment.resource(deployment.target(route["NatGatewayId"]))
        subnet = deployment.resource(deployment.target(gateway["SubnetId"]))
        association = deployment.resource(f"ApplicationSubnet{zone}Routes")
        assert association["RouteTableId"] == route["RouteTableId"]
        assert subnet.name == f"PublicSubnet{zone if deployment.is_production else 'A'}"


def test_gateway_endpoints_are_on_all_private_tables_with_a_policy(deployment: Any) -> None:
    """23"""
    tables = {table.name for table in deployment.resources("AWS::EC2::RouteTable")} - {"PublicRouteTable"}
    gateways = [each for each in deployment.resources("AWS::EC2::VPCEndpoint") if each["VpcEndpointType"] == "Gateway"]
    assert {each.name for each in gateways} == {"S3Endpoint", "DynamoDbEndpoint"}
    for each in gateways:
        assert {deployment.target(table) for table in each["RouteTableIds"]} == tables
        own, *others = each["PolicyDocument"]["Statement"]
        assert own["Condition"] == {"StringEquals": {"aws:ResourceAccount": {"Ref": "AWS::AccountId"}}}
        assert all(other["Resource"] != "*" for other in others)


def test_there_are_no_interface_endpoints_unless_asked_for(deployment: Any) -> None:
    """23: beside a NAT gateway they cost as much and carry little."""
    endpoints = deployment.resources("AWS::EC2::VPCEndpoint")
    assert {each["VpcEndpointType"] for each in endpoints} == {"Gateway"}


def test_private_endpoints_are_those_that_tasks_need(deployment: Any) -> None:
    """23"""
    configuration = replace(deployment.configuration, private_endpoints=True)
    resources = network.template(configuration).to_dict()["Resources"].values()
    endpoints = [each["Properties"] for each in resources if each["Type"] == "AWS::EC2::VPCEndpoint"]
    interfaces = [each for each in endpoints if each["VpcEndpointType"] == "Interface"]
    services = {each["ServiceName"]["Fn::Sub"].removeprefix("com.amazonaws.${AWS::Region}.") for each in interfaces}
    assert services == {"ecr.api", "ecr.dkr", "logs", "secretsmanager"}
    for each in interfaces:
        assert len(each["SubnetIds"]) == (3 if deployment.is_production else 1)
        assert each["PrivateDnsEnabled"]


def test_subnets_are_in_the_zones_that_were_chosen_and_give_no_public_address(deployment: Any) -> None:
    """23: by id, as the names stand for other Availability Zones in each account; the VPC link's in the first two."""
    subnets = deployment.resources("AWS::EC2::Subnet")
    zones = {(each.name.rstrip("ABC"), *each["AvailabilityZoneId"]["Fn::Select"][:1]) for each in subnets}
    three = {(f"{kind}Subnet", zone) for kind in ("Public", "Application", "Endpoint") for zone in range(3)}
    assert zones == three | {("LinkSubnet", 0), ("LinkSubnet", 1)}
    assert {str(each["AvailabilityZoneId"]["Fn::Select"][1]) for each in subnets} == {"{'Ref': 'ZoneIds'}"}
    assert len({each["CidrBlock"]["Fn::Select"][0] for each in subnets}) == 11
    assert not any(each["MapPublicIpOnLaunch"] for each in subnets)


def test_network_acls_allow_answers_and_name_no_protocol_but_tcp(deployment: Any) -> None:
    """23"""
    entries = deployment.resources("AWS::EC2::NetworkAclEntry")
    for kind in ("Public", "Application", "Endpoint", "Link"):
        mine = [each for each in entries if each["NetworkAclId"] == {"Ref": f"{kind}Acl"}]
        # The VPC link opens connections and is sent none.
        for outgoing in (False,) if kind == "Link" else (True, False):
            ephemeral = [each for each in mine if each["Egress"] is outgoing and each["PortRange"] == {"From": 1024, "To": 65535}]
            assert ephemeral, (kind, outgoing)
    assert {each["Protocol"] for each in entries} == {6}
    assert len(deployment.resources("AWS::EC2::SubnetNetworkAclAssociation")) == 11


def test_requests_from_anywhere_pass_no_network_acl(deployment: Any) -> None:
    """1, 23: what comes from anywhere are responses, on ephemeral ports."""
    for entry in deployment.resources("AWS::EC2::NetworkAclEntry"):
        if not entry["Egress"] and entry["CidrBlock"] == ANYWHERE:
            assert entry["PortRange"]["From"] == 1024
            assert entry["NetworkAclId"] != {"Ref": "EndpointAcl"}


def test_the_vpc_has_a_flow_log_of_all_traffic(deployment: Any) -> None:
    """23"""
    (log,) = deployment.resources("AWS::EC2::FlowLog")
    assert (log["ResourceType"], log["TrafficType"]) == ("VPC", "ALL")


def test_endpoint_subnets_have_no_way_out(deployment: Any) -> None:
    """23"""
    assert not [
        route for route in deployment.resources("AWS::EC2::Route") if route["RouteTableId"] == {"Ref": "EndpointRouteTable"}
    ]
