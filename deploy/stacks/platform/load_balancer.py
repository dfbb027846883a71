"""The way of a request inside the VPC: VPC link, internal load balancer, tasks; each lets in only the one before it."""

from troposphere import GetAtt, Ref, Split, apigatewayv2, ec2
from troposphere import elasticloadbalancingv2 as elbv2

from deploy import containers
from deploy.shared.alarms import add_alarms
from deploy.shared.security_groups import add_calling_group, add_group
from deploy.shared.stack_template import StackTemplate, skip_checkov


def add_load_balancer(stack: StackTemplate) -> None:
    """Add VPC link and load balancer, with a listener that refuses by default, and the security groups of all three."""
    link_group = add_group(stack, "VpcLinkSecurityGroup", "VPC link of the API: opens connections to the load balancer only.")
    group = add_group(stack, "LoadBalancerSecurityGroup", "Internal load balancer: reached from the VPC link only.")
    _connect(stack, link_group, group, containers.LISTENER_PORT)
    for service in containers.SERVICES:
        # Here and not in stack services, so that they are there for as long as its tasks finish requests and calls.
        tasks = add_calling_group(
            stack, f"{service.noun}SecurityGroup", f"Tasks of {service.name}: reached from the load balancer only."
        )
        _connect(stack, group, tasks, service.port)
        stack.publish(
            f"{service.noun}SecurityGroupId", f"Security group of the tasks of {service.name}.", GetAtt(tasks, "GroupId")
        )
    load_balancer = elbv2.LoadBalancer(
        "LoadBalancer",
        stack,
        Metadata={"Description": "Internal: spreads the API's requests over the tasks."},
        Type="application",
        Scheme="internal",
        Subnets=Split(",", stack.imported("network", "EndpointSubnetIds")),
        SecurityGroups=[GetAtt(group, "GroupId")],
        LoadBalancerAttributes=[
            elbv2.LoadBalancerAttributes(Key=key, Value=value)
            for key, value in (
                ("access_logs.s3.bucket", stack.imported("data", "LogBucketName")),
                ("access_logs.s3.enabled", "true"),
                ("access_logs.s3.prefix", "load-balancer"),
                ("deletion_protection.enabled", _deletion_protection(stack)),
                ("idle_timeout.timeout_seconds", str(containers.IDLE_TIMEOUT)),
                ("routing.http.desync_mitigation_mode", "defensive"),
                ("routing.http.drop_invalid_header_fields.enabled", "true"),
            )
        ],
    )
    plain_inside = (
        "Only the VPC link reaches this listener, inside subnets without a way out; TLS here would need a domain and a "
        "certificate that not every user has (docs/explanation/decisions, private load balancer)."
    )
    listener = elbv2.Listener(
        "Listener",
        stack,
        Metadata={
            "Description": "Returns 404 unless a rule of stack services matches.",
            **skip_checkov(dict.fromkeys(("CKV_AWS_2", "CKV_AWS_103"), plain_inside)),
        },
        LoadBalancerArn=Ref(load_balancer),
        Port=containers.LISTENER_PORT,
        Protocol="HTTP",
        DefaultActions=[
            elbv2.Action(
                Type="fixed-response",
                FixedResponseConfig=elbv2.FixedResponseConfig(
                    StatusCode="404",
                    ContentType="application/json",
                    MessageBody=containers.problem(404, "not-found", "There is nothing at this address."),
                ),
            )
        ],
    )
    link = apigatewayv2.VpcLink(
        "VpcLink",
        stack,
        Metadata={"Description": "API Gateway's way into the VPC."},
        Name=stack.configuration.stack_name("link"),
        SubnetIds=Split(",", stack.imported("network", "LinkSubnetIds")),
        SecurityGroupIds=[Ref(link_group)],
    )
    add_alarms(stack, "load_balancer", {"LoadBalancer": GetAtt(load_balancer, "LoadBalancerFullName")})

    stack.publish("LoadBalancerName", "The load balancer as metrics name it.", GetAtt(load_balancer, "LoadBalancerFullName"))
    stack.publish("LoadBalancerHost", "The load balancer's own host name.", GetAtt(load_balancer, "DNSName"))
    stack.publish("LoadBalancerSecurityGroupId", "Security group of the load balancer.", GetAtt(group, "GroupId"))
    stack.publish("ListenerArn", "The listener that services add their rules to.", Ref(listener))
    stack.publish("VpcLinkId", "The VPC link of the API.", Ref(link))


def _deletion_protection(stack: StackTemplate) -> Ref:
    """Off until everything is there: CloudFormation could not undo a first deployment that fails (ROLLBACK_FAILED).

    The stack's own output turns it on, the second time the stack is deployed: at the end of the first release.
    """
    name = "LoadBalancerProtection"
    stack.parameter(name)
    wanted = str(stack.configuration.settings.deletion_protection).lower()
    stack.publish(name, "What the parameter of this name is given when the stack is deployed again.", wanted)
    return Ref(name)


def _connect(stack: StackTemplate, source: ec2.SecurityGroup, target: ec2.SecurityGroup, port: int) -> None:
    """Let members of ``source`` open connections to ``target`` on one port."""
    here, there = (group.title.removesuffix("SecurityGroup") for group in (source, target))
    common = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "Description": "requests"}
    from_source, to_target = GetAtt(source, "GroupId"), GetAtt(target, "GroupId")
    ec2.SecurityGroupEgress(f"{here}To{there}", stack, GroupId=from_source, DestinationSecurityGroupId=to_target, **common)
    ec2.SecurityGroupIngress(f"{there}From{here}", stack, GroupId=to_target, SourceSecurityGroupId=from_source, **common)
