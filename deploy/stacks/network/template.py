"""Stack ``network``: the VPC over three Availability Zones, what leaves it and what is reached inside it.

Four kinds of subnet: *public* holds NAT gateways only; *application* holds the tasks (and instances), which leave through the
NAT gateway of their Availability Zone, or without one directly, with public addresses; *endpoint* holds the load
balancer and the interface endpoints; *link*, in two Availability Zones only, holds the VPC link. The last two have no way out.
"""

from typing import Final

from troposphere import Cidr, GetAtt, Join, Ref, Select, Sub, Tags, ec2, iam

from deploy.configuration import Configuration
from deploy.shared.alarms import add_alarms
from deploy.shared.roles import allowing, document, trusting
from deploy.shared.security_groups import NOWHERE
from deploy.shared.stack_template import StackTemplate, add_log_group
from deploy.stacks.network import zones
from deploy.stacks.network.endpoints import add_gateway_endpoints, add_interface_endpoints
from deploy.stacks.network.network_acls import add_network_acls

ZONES: Final = ("A", "B", "C")
KINDS: Final = {
    "Public": "Holds NAT gateways only; the one kind of subnet with a way in from the internet.",
    "Application": "Holds tasks and EC2 instances, which call out.",
    "Endpoint": "Holds load balancer and interface endpoints; no way to the internet.",
    "Link": "Holds the VPC link, which not every Availability Zone can; no way to the internet.",
}
ZONES_OF: Final = dict.fromkeys(KINDS, len(ZONES)) | {"Link": zones.LINKED}
"""Kind of subnet to the number of Availability Zones that have one."""


def template(configuration: Configuration) -> StackTemplate:
    stack = StackTemplate(configuration, "network", "the VPC, its subnets and routes, endpoints and flow log")
    stack.parameter("VpcCidr")
    stack.parameter("ZoneIds")
    vpc = ec2.VPC(
        "Vpc",
        stack,
        Metadata={"Description": "The network of the environment."},
        CidrBlock=Ref("VpcCidr"),
        EnableDnsHostnames=True,
        EnableDnsSupport=True,
        Tags=_named("vpc"),
    )
    blocks = Cidr(Ref("VpcCidr"), sum(ZONES_OF.values()), 12)
    subnets: dict[str, list[ec2.Subnet]] = {kind: [] for kind in KINDS}
    for number, (kind, zone) in enumerate((kind, zone) for kind, count in ZONES_OF.items() for zone in range(count)):
        subnet = ec2.Subnet(
            f"{kind}Subnet{ZONES[zone]}",
            stack,
            Metadata={"Description": KINDS[kind]},
            VpcId=Ref(vpc),
            AvailabilityZoneId=Select(zone, Ref("ZoneIds")),
            CidrBlock=Select(number, blocks),
            MapPublicIpOnLaunch=False,
            Tags=_named(f"{kind.lower()}-{ZONES[zone].lower()}"),
        )
        subnets[kind].append(subnet)
    _add_public_routes(stack, subnets["Public"])
    private_tables = _add_private_routes(stack, subnets["Application"], subnets["Endpoint"] + subnets["Link"])
    add_network_acls(stack, subnets)
    add_gateway_endpoints(stack, private_tables)
    endpoint_group = ec2.SecurityGroup(
        "EndpointSecurityGroup",
        stack,
        GroupDescription="Interface endpoints. Each stack whose tasks call them adds its own ingress on 443.",
        VpcId=Ref(vpc),
        SecurityGroupEgress=NOWHERE,
    )
    if configuration.private_endpoints:
        add_interface_endpoints(stack, subnets["Endpoint"], endpoint_group)
    _add_flow_log(stack)

    stack.publish("VpcId", "The VPC.", Ref(vpc))
    for kind in ("Application", "Endpoint", "Link"):
        value = Join(",", [Ref(subnet) for subnet in subnets[kind]])
        stack.publish(f"{kind}SubnetIds", f"The {kind.lower()} subnets, comma separated.", value)
    stack.publish("EndpointSecurityGroupId", "Security group of the interface endpoints.", Ref(endpoint_group))
    return stack


def _named(noun: str) -> Tags:
    """The console shows subnets and tables by this tag alone."""
    return Tags(Name=Sub(f"${{AWS::StackName}}-{noun}"))


def _add_table(stack: StackTemplate, logical_id: str, noun: str) -> ec2.RouteTable:
    return ec2.RouteTable(
        logical_id,
        stack,
        Metadata={"Description": f"Where requests from the {noun} subnets go."},
        VpcId=Ref("Vpc"),
        Tags=_named(noun),
    )


def _associate(stack: StackTemplate, subnet: ec2.Subnet, table: ec2.RouteTable) -> None:
    ec2.SubnetRouteTableAssociation(
        f"{subnet.title}Routes",
        stack,
        Metadata={"Description": "The subnet follows this route table."},
        SubnetId=Ref(subnet),
        RouteTableId=Ref(table),
    )


def _add_public_routes(stack: StackTemplate, subnets: list[ec2.Subnet]) -> None:
    gateway = ec2.InternetGateway(
        "InternetGateway", stack, Metadata={"Description": "The VPC's way to the internet."}, Tags=_named("internet")
    )
    attachment = ec2.VPCGatewayAttachment(
        "InternetGatewayAttachment",
        stack,
        Metadata={"Description": "Attaches the internet gateway to the VPC."},
        VpcId=Ref("Vpc"),
        InternetGatewayId=Ref(gateway),
    )
    table = _add_table(stack, "PublicRouteTable", "public")
    ec2.Route(
        "PublicInternetRoute",
        stack,
        Metadata={"Description": "Public subnets reach the internet directly."},
        DependsOn=attachment,
        RouteTableId=Ref(table),
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=Ref(gateway),
    )
    for subnet in subnets:
        _associate(stack, subnet, table)
    for zone, subnet in list(zip(ZONES, subnets, strict=True))[: stack.configuration.nat_gateways]:
        address = ec2.EIP(
            f"NatAddress{zone}",
            stack,
            Metadata={"Description": "The address that requests of tasks come from."},
            DependsOn=attachment,
            Domain="vpc",
            Tags=_named(f"nat-{zone.lower()}"),
        )
        nat = ec2.NatGateway(
            f"NatGateway{zone}",
            stack,
            Metadata={"Description": "Lets tasks open connections to the internet, and nothing open one to them."},
            AllocationId=GetAtt(address, "AllocationId"),
            SubnetId=Ref(subnet),
            Tags=_named(f"nat-{zone.lower()}"),
        )
        add_alarms(stack, "nat_gateway", {"NatGatewayId": Ref(nat)}, zone=zone)


def _add_private_routes(stack: StackTemplate, application: list[ec2.Subnet], inner: list[ec2.Subnet]) -> list[ec2.RouteTable]:
    """Application subnets leave through the NAT gateway of their own Availability Zone if it has one, else that of A, and
    directly where there is none; the inner subnets do not leave.
    """
    gateways = stack.configuration.nat_gateways
    tables = []
    for number, (zone, subnet) in enumerate(zip(ZONES, application, strict=True)):
        table = _add_table(stack, f"ApplicationRouteTable{zone}", f"application-{zone.lower()}")
        through = {"NatGatewayId": Ref(f"NatGateway{zone if number < gateways else ZONES[0]}")}
        directly = {"GatewayId": Ref("InternetGateway"), "DependsOn": "InternetGatewayAttachment"}
        ec2.Route(
            f"ApplicationInternetRoute{zone}",
            stack,
            Metadata={"Description": f"Tasks reach the internet {'through a NAT gateway' if gateways else 'directly'}."},
            RouteTableId=Ref(table),
            DestinationCidrBlock="0.0.0.0/0",
            **(through if gateways else directly),
        )
        _associate(stack, subnet, table)
        tables.append(table)
    inside = _add_table(stack, "EndpointRouteTable", "endpoint")
    for subnet in inner:
        _associate(stack, subnet, inside)
    return [*tables, inside]


def _add_flow_log(stack: StackTemplate) -> None:
    group = add_log_group(stack, "FlowLogGroup", "Connections of the VPC.")
    write = ("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")
    role = iam.Role(
        "FlowLogRole",
        stack,
        Description="Lets VPC flow logs write to their log group.",
        AssumeRolePolicyDocument=trusting("vpc-flow-logs.amazonaws.com"),
        Policies=[iam.Policy(PolicyName="write", PolicyDocument=document(allowing("WriteFlowLog", write, GetAtt(group, "Arn"))))],
    )
    ec2.FlowLog(
        "FlowLog",
        stack,
        Metadata={"Description": "Records each connection of the VPC, accepted or rejected."},
        ResourceId=Ref("Vpc"),
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="cloud-watch-logs",
        LogGroupName=Ref(group),
        DeliverLogsPermissionArn=GetAtt(role, "Arn"),
        MaxAggregationInterval=600,
        Tags=_named("flow-log"),
    )
