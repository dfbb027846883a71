"""The internal load balancer, its listener that refuses by default, and the VPC link that is the only way to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from troposphere import GetAtt, Ref, Split
from troposphere.apigatewayv2 import VpcLink
from troposphere.ec2 import SecurityGroup, SecurityGroupEgress, SecurityGroupIngress
from troposphere.elasticloadbalancingv2 import Action, FixedResponseConfig, Listener, LoadBalancer, LoadBalancerAttributes

from deploy import containers
from deploy.shared.alarms import Series, add_alarm
from deploy.shared.security_groups import NOWHERE
from deploy.shared.stack_template import skip_checkov

if TYPE_CHECKING:
    from deploy.shared.stack_template import StackTemplate

# What a path outside the contract is answered. The load balancer knows application/json, not application/problem+json.
NOT_FOUND = {
    "type": "urn:problem:todo:not_found",
    "title": "Not found",
    "status": 404,
    "detail": "There is nothing at this address.",
}


def add_load_balancer(stack: StackTemplate) -> LoadBalancer:
    """Add the chain VPC link -> load balancer, each letting in only the one before it. Services add their own last step."""
    link_group = _add_group(stack, "VpcLinkSecurityGroup", "VPC link of the API: opens connections to the load balancer only.")
    group = _add_group(stack, "LoadBalancerSecurityGroup", "Internal load balancer: reached from the VPC link only.")
    port = {"IpProtocol": "tcp", "FromPort": containers.LISTENER_PORT, "ToPort": containers.LISTENER_PORT}
    stack.add_resource(
        SecurityGroupEgress(
            "VpcLinkToLoadBalancer",
            GroupId=GetAtt(link_group, "GroupId"),
            DestinationSecurityGroupId=GetAtt(group, "GroupId"),
            Description="requests to the load balancer",
            **port,
        )
    )
    stack.add_resource(
        SecurityGroupIngress(
            "LoadBalancerFromVpcLink",
            GroupId=GetAtt(group, "GroupId"),
            SourceSecurityGroupId=GetAtt(link_group, "GroupId"),
            Description="requests from the VPC link",
            **port,
        )
    )
    subnets = Split(",", stack.imported("network", "EndpointSubnetIds"))
    load_balancer = stack.add_resource(
        LoadBalancer(
            "LoadBalancer",
            Type="application",
            Scheme="internal",
            Subnets=subnets,
            SecurityGroups=[GetAtt(group, "GroupId")],
            LoadBalancerAttributes=[
                LoadBalancerAttributes(Key=key, Value=value)
                for key, value in (
                    ("access_logs.s3.bucket", stack.imported("data", "LogBucketName")),
                    ("access_logs.s3.enabled", "true"),
                    ("access_logs.s3.prefix", "load-balancer"),
                    ("deletion_protection.enabled", "true" if stack.configuration.is_production else "false"),
                    ("idle_timeout.timeout_seconds", str(containers.IDLE_TIMEOUT)),
                    ("routing.http.desync_mitigation_mode", "defensive"),
                    ("routing.http.drop_invalid_header_fields.enabled", "true"),
                )
            ],
        ),
        "Internal: spreads the API's requests over the tasks.",
    )
    listener = stack.add_resource(
        Listener(
            "Listener",
            LoadBalancerArn=Ref(load_balancer),
            Port=containers.LISTENER_PORT,
            Protocol="HTTP",
            DefaultActions=[
                Action(
                    Type="fixed-response",
                    FixedResponseConfig=FixedResponseConfig(
                        StatusCode="404",
                        ContentType="application/json",
                        MessageBody=json.dumps(NOT_FOUND, separators=(",", ":")),
                    ),
                )
            ],
            Metadata=skip_checkov(dict.fromkeys(("CKV_AWS_2", "CKV_AWS_103"), _PLAIN_INSIDE)),
        ),
        "Answers 404 unless a rule of stack services matches.",
    )
    link = stack.add_resource(
        VpcLink("VpcLink", Name=stack.configuration.stack_name("link"), SubnetIds=subnets, SecurityGroupIds=[Ref(link_group)]),
        "API Gateway's way into the VPC.",
    )
    _add_alarms(stack, load_balancer)

    stack.publish("LoadBalancerName", "The load balancer as metrics name it.", GetAtt(load_balancer, "LoadBalancerFullName"))
    stack.publish("LoadBalancerHost", "The load balancer's own host name.", GetAtt(load_balancer, "DNSName"))
    stack.publish("LoadBalancerSecurityGroupId", "Security group of the load balancer.", GetAtt(group, "GroupId"))
    stack.publish("ListenerArn", "The listener that services add their rules to.", Ref(listener))
    stack.publish("VpcLinkId", "The VPC link of the API.", Ref(link))
    return load_balancer


_PLAIN_INSIDE = (
    "Only the VPC link reaches this listener, inside subnets without a way out; TLS here would need a domain and a "
    "certificate that not every user has (docs/decisions, private load balancer)."
)


def _add_group(stack: StackTemplate, logical_id: str, description: str) -> SecurityGroup:
    return stack.add_resource(
        SecurityGroup(
            logical_id,
            GroupDescription=description,
            VpcId=stack.imported("network", "VpcId"),
            SecurityGroupEgress=NOWHERE,
        )
    )


def _add_alarms(stack: StackTemplate, load_balancer: LoadBalancer) -> None:
    dimensions = {"LoadBalancer": GetAtt(load_balancer, "LoadBalancerFullName")}
    alarm = add_alarm(
        stack,
        "LoadBalancer5xxAlarm",
        means="The load balancer itself answers 5xx: no healthy task, or a task that closed the connection or took too long.",
        first="look at healthy hosts of both target groups, then at the services' events.",
        section="load-balancer-5xx",
        watch=Series("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "Sum", dimensions),
        threshold=5,
    )
    stack.publish("LoadBalancer5xxAlarmName", "Alarm on answers 5xx of the load balancer itself.", Ref(alarm))
    add_alarm(
        stack,
        "LoadBalancerRejectedAlarm",
        means="The load balancer turns connections away because it is at its limit.",
        first="compare active connections with last week's; raise the load balancer's quota if traffic is real.",
        section="load-balancer-rejected",
        watch=Series("AWS/ApplicationELB", "RejectedConnectionCount", "Sum", dimensions),
        threshold=1,
    )
