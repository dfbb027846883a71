#!/usr/bin/env python
"""The source of docs/images/infrastructure.png. Needs graphviz (`apt-get install graphviz`) and .venv-checkov:

    .venv-checkov/bin/python docs/images/infrastructure.py

It draws production with Fargate and independent tasks. ``STACKS`` says what each stack holds; a test compares it with the
generated templates, and the picture carries the digest of this file, so neither can grow old unnoticed.
"""

from __future__ import annotations

import hashlib
import struct
import sys
import zlib
from pathlib import Path

STACKS: dict[str, dict[str, int]] = {
    "bootstrap": {
        "AWS::ECR::Repository": 2,
        "AWS::IAM::ManagedPolicy": 1,
        "AWS::IAM::OIDCProvider": 1,
        "AWS::IAM::Role": 2,
    },
    "network": {
        "AWS::CloudWatch::Alarm": 3,
        "AWS::EC2::EIP": 3,
        "AWS::EC2::FlowLog": 1,
        "AWS::EC2::InternetGateway": 1,
        "AWS::EC2::NatGateway": 3,
        "AWS::EC2::NetworkAcl": 3,
        "AWS::EC2::NetworkAclEntry": 14,
        "AWS::EC2::Route": 4,
        "AWS::EC2::RouteTable": 5,
        "AWS::EC2::SecurityGroup": 1,
        "AWS::EC2::Subnet": 9,
        "AWS::EC2::SubnetNetworkAclAssociation": 9,
        "AWS::EC2::SubnetRouteTableAssociation": 9,
        "AWS::EC2::VPC": 1,
        "AWS::EC2::VPCEndpoint": 6,
        "AWS::EC2::VPCGatewayAttachment": 1,
        "AWS::IAM::Role": 1,
        "AWS::Logs::LogGroup": 1,
    },
    "data": {
        "AWS::Backup::BackupPlan": 1,
        "AWS::Backup::BackupSelection": 1,
        "AWS::Backup::BackupVault": 1,
        "AWS::CloudWatch::Alarm": 6,
        "AWS::DynamoDB::Table": 2,
        "AWS::IAM::Role": 1,
        "AWS::S3::Bucket": 2,
        "AWS::S3::BucketPolicy": 2,
    },
    "identity": {
        "AWS::Cognito::UserPool": 1,
        "AWS::Cognito::UserPoolClient": 1,
        "AWS::Cognito::UserPoolDomain": 1,
    },
    "platform": {
        "AWS::ApiGatewayV2::VpcLink": 1,
        "AWS::CloudWatch::Alarm": 3,
        "AWS::EC2::SecurityGroup": 2,
        "AWS::EC2::SecurityGroupEgress": 1,
        "AWS::EC2::SecurityGroupIngress": 1,
        "AWS::ECS::Cluster": 1,
        "AWS::ECS::ClusterCapacityProviderAssociations": 1,
        "AWS::ElasticLoadBalancingV2::Listener": 1,
        "AWS::ElasticLoadBalancingV2::LoadBalancer": 1,
        "AWS::KMS::Key": 1,
        "AWS::SNS::Subscription": 1,
        "AWS::SNS::Topic": 1,
        "AWS::SNS::TopicPolicy": 1,
        "AWS::SecretsManager::Secret": 1,
    },
    "services": {
        "AWS::ApplicationAutoScaling::ScalableTarget": 2,
        "AWS::ApplicationAutoScaling::ScalingPolicy": 4,
        "AWS::CloudWatch::Alarm": 15,
        "AWS::EC2::SecurityGroup": 3,
        "AWS::EC2::SecurityGroupEgress": 2,
        "AWS::EC2::SecurityGroupIngress": 5,
        "AWS::ECS::Service": 2,
        "AWS::ECS::TaskDefinition": 3,
        "AWS::ElasticLoadBalancingV2::ListenerRule": 2,
        "AWS::ElasticLoadBalancingV2::TargetGroup": 2,
        "AWS::Events::Rule": 2,
        "AWS::IAM::Role": 7,
        "AWS::Logs::LogGroup": 3,
        "AWS::Logs::MetricFilter": 1,
        "AWS::Scheduler::Schedule": 1,
        "AWS::SecretsManager::Secret": 2,
    },
    "api": {
        "AWS::ApiGatewayV2::Api": 1,
        "AWS::ApiGatewayV2::Authorizer": 1,
        "AWS::ApiGatewayV2::Integration": 1,
        "AWS::ApiGatewayV2::Route": 17,
        "AWS::ApiGatewayV2::Stage": 1,
        "AWS::CloudWatch::Alarm": 2,
        "AWS::Logs::LogGroup": 1,
    },
    "web": {
        "AWS::CloudFront::CachePolicy": 2,
        "AWS::CloudFront::Distribution": 1,
        "AWS::CloudFront::Function": 1,
        "AWS::CloudFront::OriginAccessControl": 1,
        "AWS::CloudFront::OriginRequestPolicy": 1,
        "AWS::CloudFront::ResponseHeadersPolicy": 1,
        "AWS::CloudWatch::Alarm": 3,
        "AWS::KMS::Key": 1,
        "AWS::Logs::Delivery": 1,
        "AWS::Logs::DeliveryDestination": 1,
        "AWS::Logs::DeliverySource": 1,
        "AWS::Logs::LogGroup": 1,
        "AWS::S3::Bucket": 2,
        "AWS::S3::BucketPolicy": 2,
        "AWS::SNS::Subscription": 1,
        "AWS::SNS::Topic": 1,
        "AWS::SNS::TopicPolicy": 1,
        "AWS::WAFv2::LoggingConfiguration": 1,
        "AWS::WAFv2::WebACL": 1,
    },
    "operations": {
        "AWS::Budgets::Budget": 1,
        "AWS::CloudWatch::Alarm": 2,
        "AWS::CloudWatch::CompositeAlarm": 2,
        "AWS::CloudWatch::Dashboard": 1,
        "AWS::Logs::MetricFilter": 2,
        "AWS::Logs::QueryDefinition": 8,
    },
}

PICTURE = Path(__file__).with_suffix(".png")
CHUNK = b"source-sha256"


def digest() -> str:
    """The SHA-256 of this file."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def stamped(picture: bytes, text: str) -> bytes:
    """The PNG with a tEXt chunk in front of its end (PNG specification, 11.3.4.3)."""
    data = b"tEXt" + CHUNK + b"\0" + text.encode("ascii")
    chunk = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    end = picture.rindex(b"IEND") - 4
    return picture[:end] + chunk + picture[end:]


def count(stack: str, kind: str) -> int:
    """Resources of a type in a stack."""
    return STACKS[stack][kind]


def title(stack: str) -> str:
    """A stack's name and size, as the head of its box."""
    return f"{stack} · {sum(STACKS[stack].values())} resources"


def main() -> int:  # noqa: PLR0915  a drawing is a list of things
    """Draw the picture."""
    from diagrams import Cluster, Diagram, Edge  # noqa: PLC0415  only to draw, not to compare
    from diagrams.aws.compute import ECR, ElasticContainerServiceContainer, ElasticContainerServiceService  # noqa: PLC0415
    from diagrams.aws.cost import Budgets  # noqa: PLC0415
    from diagrams.aws.database import DynamodbTable  # noqa: PLC0415
    from diagrams.aws.integration import Eventbridge, SimpleNotificationServiceSnsTopic  # noqa: PLC0415
    from diagrams.aws.management import Cloudwatch as Dashboard  # noqa: PLC0415
    from diagrams.aws.management import CloudwatchAlarm, CloudwatchLogs  # noqa: PLC0415
    from diagrams.aws.network import APIGateway, CloudFront, ElbApplicationLoadBalancer, Endpoint, NATGateway  # noqa: PLC0415
    from diagrams.aws.security import WAF, Cognito, IdentityAndAccessManagementIamRole, SecretsManager  # noqa: PLC0415
    from diagrams.aws.storage import Backup, SimpleStorageServiceS3Bucket  # noqa: PLC0415
    from diagrams.onprem.client import Users  # noqa: PLC0415

    look = {
        "pad": "0.3",
        "nodesep": "0.5",
        "ranksep": "0.9",
        "dpi": "72",
        "bgcolor": "white",
        "splines": "spline",
    }
    request = Edge(color="#0b5394", penwidth="2.5")
    quiet = Edge(color="#999999", style="dashed")
    with Diagram(
        "",
        filename=str(PICTURE.with_suffix("")),
        outformat="png",
        show=False,
        direction="LR",
        graph_attr=look,
        node_attr={"fontsize": "13"},
    ):
        visitor = Users("visitor")
        with Cluster(title("web")):
            firewall = WAF("web ACL")
            distribution = CloudFront("distribution:\nsite and /api/*")
            site = SimpleStorageServiceS3Bucket("site")
            web_logs = SimpleStorageServiceS3Bucket("access logs")
        with Cluster(title("identity")):
            pool = Cognito("user pool,\nweb client")
        with Cluster(title("api")):
            api = APIGateway(f"HTTP API:\n{count('api', 'AWS::ApiGatewayV2::Route')} routes,\nJWT authorizer")
            api_log = CloudwatchLogs("access log")
        with Cluster(f"{title('network')}: VPC, 3 zones, {count('network', 'AWS::EC2::Subnet')} subnets"):
            with Cluster("public subnets"):
                nat = NATGateway(f"{count('network', 'AWS::EC2::NatGateway')} NAT gateways")
            with Cluster("endpoint subnets, no way out"):
                with Cluster(title("platform")):
                    balancer = ElbApplicationLoadBalancer("VPC link →\ninternal ALB")
                    topic = SimpleNotificationServiceSnsTopic("alerts")
                    secret = SecretsManager("origin secret")
                endpoints = Endpoint(f"{count('network', 'AWS::EC2::VPCEndpoint')} endpoints\nof AWS services")
            with Cluster("application subnets"), Cluster(title("services")):
                todos = ElasticContainerServiceService("todos\n:8080")
                files = ElasticContainerServiceService("files\n:8081")
                purge = ElasticContainerServiceContainer("purge")
                schedule = Eventbridge("every hour")
                alarms = CloudwatchAlarm(f"{count('services', 'AWS::CloudWatch::Alarm')} alarms")
        with Cluster(title("data")):
            todos_table = DynamodbTable("todos")
            files_table = DynamodbTable("files")
            attachments = SimpleStorageServiceS3Bucket("attachments")
            logs = SimpleStorageServiceS3Bucket("logs")
            backup = Backup("daily copies")
        with Cluster(title("operations")):
            dashboard = Dashboard("dashboard,\ncomposite alarms,\nlog filters,\nsaved queries")
            budget = Budgets("budget")
        with Cluster(title("bootstrap")):
            images = ECR("2 repositories")
            deploy = IdentityAndAccessManagementIamRole("deploy role\nfor GitHub")

        visitor >> request >> firewall >> request >> distribution >> request >> api >> request >> balancer
        balancer >> Edge(color="#0b5394", penwidth="2.5", label="/api/*/todos*") >> todos
        balancer >> Edge(color="#0b5394", penwidth="2.5", label="/api/*/files*") >> files
        distribution >> request >> site
        distribution >> quiet >> web_logs
        visitor >> Edge(color="#6a3d9a", penwidth="2.5", label="sign in (SRP)") >> pool
        visitor >> Edge(color="#6a3d9a", penwidth="2.5", label="presigned POST and GET", minlen="4") >> attachments
        api >> quiet >> pool
        api >> quiet >> api_log
        todos >> request >> todos_table
        files >> request >> [todos_table, files_table, attachments]
        schedule >> quiet >> purge
        purge >> quiet >> [files_table, attachments]
        todos_table >> quiet >> backup
        attachments >> quiet >> logs
        endpoints >> Edge(style="invis") >> purge
        nat >> Edge(style="invis") >> endpoints
        alarms >> quiet >> dashboard
        secret >> Edge(style="invis") >> todos
        topic >> Edge(style="invis") >> files
        images >> quiet >> todos
        deploy >> Edge(style="invis") >> images
        budget >> Edge(style="invis") >> dashboard
    PICTURE.write_bytes(stamped(PICTURE.read_bytes(), digest()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
