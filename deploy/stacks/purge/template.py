"""Stack ``purge``: the hourly purge of the trash, a task with a role of its own: the image of ``files``, another command."""

from typing import Any

from troposphere import GetAtt, Join, Ref, Split, Sub, events, logs, scheduler

from deploy import containers
from deploy.configuration import Configuration
from deploy.containers import FILES
from deploy.shared.alarms import add_alarms
from deploy.shared.container import add_image_parameter, purge_container
from deploy.shared.roles import TASKS, Statement, add_execution_role, add_role, allowing, arn
from deploy.shared.security_groups import add_calling_group, endpoint_rule
from deploy.shared.stack_template import StackTemplate, add_log_group
from deploy.shared.storage import NOUNS, add_table_parameters, index_arn, table_arn
from deploy.stacks.data.template import PURGE_INDEX
from deploy.stacks.services.tasks import add_task, assign_public_ip


def template(configuration: Configuration) -> StackTemplate:
    stack = StackTemplate(configuration, "purge", "the scheduled purge of the trash")
    add_image_parameter(stack, FILES)
    stack.parameter("FurtherHosts")
    add_table_parameters(stack)
    stack.optional("PermissionsBoundaryArn")
    secret: Any = stack.imported("services", "FilesSecretKeyArn")
    group = add_log_group(stack, "PurgeLogGroup", "What each purge deleted.")
    stack.publish("PurgeLogGroupName", "Log group of the purge.", Ref(group))
    task_role = add_role(stack, "PurgeTaskRole", "The scheduled purge of what was in the trash.", TASKS, _permissions(stack))
    execution_role = add_execution_role(stack, "Purge", [secret], [Ref(group)])
    definition = purge_container(stack, secret, Ref(group))
    description = "The container of the purge: the image of files with another command."
    task = add_task(stack, "Purge", [definition], description)
    name = stack.imported("platform", "ClusterName")
    cluster = arn("ecs:${AWS::Region}:${AWS::AccountId}:cluster/${Cluster}", Cluster=name)
    tasks = arn("ecs:${AWS::Region}:${AWS::AccountId}:task/${Cluster}/*", Cluster=name)
    run = allowing("RunPurge", ["ecs:RunTask"], Ref(task), {"ArnEquals": {"ecs:cluster": cluster}})
    # Tags are passed on to the task, which is an action of its own (EventBridge Scheduler user guide, ECS targets).
    tag = allowing("TagPurge", ["ecs:TagResource"], tasks, {"StringEquals": {"ecs:CreateAction": "RunTask"}})
    hand_over = allowing(
        "HandRolesToTask",
        ["iam:PassRole"],
        [GetAtt(task_role, "Arn"), GetAtt(execution_role, "Arn")],
        {"StringEquals": {"iam:PassedToService": TASKS}},
    )
    starter = add_role(
        stack, "PurgeStartRole", "Lets the schedule start a purge.", "scheduler.amazonaws.com", [run, tag, hand_over]
    )
    security_group = add_calling_group(stack, "PurgeSecurityGroup", "The scheduled purge: calls AWS, accepts no connections.")
    provider = stack.imported("platform", "CapacityProviderName") if configuration.uses_ec2 else "FARGATE"
    scheduler.Schedule(
        "PurgeSchedule",
        stack,
        Name=Sub("${AWS::StackName}-hourly"),
        DependsOn=[endpoint_rule(security_group)],
        Description="Starts a purge every hour.",
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow=scheduler.FlexibleTimeWindow(Mode="FLEXIBLE", MaximumWindowInMinutes=15),
        Target=scheduler.Target(
            Arn=cluster,
            RoleArn=GetAtt(starter, "Arn"),
            RetryPolicy=scheduler.RetryPolicy(MaximumRetryAttempts=3, MaximumEventAgeInSeconds=3600),
            EcsParameters=scheduler.EcsParameters(
                TaskDefinitionArn=Ref(task),
                TaskCount=1,
                Group="purge",
                CapacityProviderStrategy=[scheduler.CapacityProviderStrategyItem(CapacityProvider=provider, Base=1, Weight=1)],
                EnableExecuteCommand=False,
                PropagateTags="TASK_DEFINITION",
                NetworkConfiguration=scheduler.NetworkConfiguration(
                    AwsvpcConfiguration=scheduler.AwsVpcConfiguration(
                        AssignPublicIp=assign_public_ip(stack),
                        SecurityGroups=[GetAtt(security_group, "GroupId")],
                        Subnets=Split(",", stack.imported("network", "ApplicationSubnetIds")),
                    )
                ),
            ),
        ),
    )
    logs.MetricFilter(
        "PurgeDoneFilter",
        stack,
        Metadata={"Description": "Counts the purges that deleted all that was due."},
        LogGroupName=Ref(group),
        FilterPattern=containers.PURGE_DONE,
        MetricTransformations=[
            logs.MetricTransformation(MetricNamespace=configuration.metrics_namespace, MetricName="PurgesDone", MetricValue="1")
        ],
    )
    add_alarms(stack, "purge", {})
    events.Rule(
        "PurgeFailedRule",
        stack,
        Description="Tells of a purge that ended with an error. See docs/how-to/runbook.md#purge-overdue.",
        EventPattern={
            "source": ["aws.ecs"],
            "detail-type": ["ECS Task State Change"],
            "detail": {
                "lastStatus": ["STOPPED"],
                "taskDefinitionArn": [Ref(task)],
                "containers": {"exitCode": [{"anything-but": [0]}]},
            },
        },
        Targets=[events.Target(Id="alerts", Arn=stack.imported("platform", "AlertTopicArn"))],
    )
    return stack


def _permissions(stack: StackTemplate) -> list[Statement]:
    """It finds what is due by the index and deletes objects, items, to-dos. It reads no object."""
    tables = [table_arn(stack, noun) for noun in NOUNS]
    return [
        allowing("FindDue", ["dynamodb:Query"], [index_arn(stack, noun, PURGE_INDEX) for noun in NOUNS]),
        allowing("AllOfPersonAndTodo", ["dynamodb:Query"], tables),
        allowing("DeleteRows", ["dynamodb:DeleteItem", "dynamodb:GetItem"], tables),
        allowing("DeleteObjects", ["s3:DeleteObject"], Join("/", [stack.imported("data", "AttachmentsBucketArn"), "*"])),
    ]
