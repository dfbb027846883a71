"""Stack ``platform``: what the services share: the cluster with its capacity, the internal load balancer, the alert topic."""

from typing import Any

from troposphere import Equals, If, Not, NoValue, Ref, ecs, secretsmanager

from deploy.configuration import Configuration
from deploy.containers import SERVICES
from deploy.shared.alert_topic import add_alert_topic
from deploy.shared.stack_template import StackTemplate, add_log_group, skip_checkov
from deploy.stacks.platform.instances import add_instances
from deploy.stacks.platform.load_balancer import add_load_balancer


def template(configuration: Configuration) -> StackTemplate:
    stack = StackTemplate(configuration, "platform", "cluster and capacity, internal load balancer, VPC link, alert topic")
    topic = add_alert_topic(stack)
    cluster = ecs.Cluster(
        "Cluster",
        stack,
        Metadata={
            "Description": "Runs the tasks.",
            **skip_checkov({"CKV_AWS_65": "Alarms need the number of tasks, which the load balancer knows for nothing."}),
        },
        ClusterSettings=[ecs.ClusterSetting(Name="containerInsights", Value="disabled")],
    )
    _add_capacity(stack, cluster)
    add_load_balancer(stack)
    _add_origin_secret(stack)
    for service in SERVICES:
        group = add_log_group(stack, f"{service.noun}LogGroup", f"Log lines of {service.name}.")
        stack.publish(f"{service.noun}LogGroupName", f"Log group of {service.name}.", Ref(group))
    stack.publish("ClusterName", "The cluster.", Ref(cluster))
    stack.publish("AlertTopicArn", "The topic that alarms tell.", Ref(topic))
    return stack


def _add_capacity(stack: StackTemplate, cluster: ecs.Cluster) -> None:
    """The cluster's capacity providers. Fargate's stay beside instances: services that still run on them may move over."""
    default: Any = "FARGATE"
    providers = [default, "FARGATE_SPOT"]
    if stack.configuration.uses_ec2:
        default = Ref(add_instances(stack))
        providers.append(default)
        stack.publish("CapacityProviderName", "The capacity provider of the cluster's EC2 instances.", default)
    ecs.ClusterCapacityProviderAssociations(
        "ClusterCapacity",
        stack,
        Metadata={"Description": "What tasks of the cluster can run on."},
        Cluster=Ref(cluster),
        CapacityProviders=providers,
        DefaultCapacityProviderStrategy=[ecs.CapacityProviderStrategy(CapacityProvider=default, Base=1, Weight=1)],
    )


def _add_origin_secret(stack: StackTemplate) -> None:
    """The value CloudFront sends and the load balancer's rules ask for.

    It is named and copied to the distribution's region, because a dynamic reference reads secrets of its own region only.
    """
    stack.parameter("DistributionRegion")
    stack.add_condition("IsElsewhere", Not(Equals(Ref("DistributionRegion"), Ref("AWS::Region"))))
    secretsmanager.Secret(
        "OriginSecret",
        stack,
        Name=stack.configuration.stack_name("origin"),
        Description="Sent by CloudFront and required by the load balancer's rules.",
        GenerateSecretString=secretsmanager.GenerateSecretString(PasswordLength=48, ExcludePunctuation=True),
        ReplicaRegions=If("IsElsewhere", [secretsmanager.ReplicaRegion(Region=Ref("DistributionRegion"))], NoValue),
    )
