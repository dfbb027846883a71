"""Stack ``operations``: dashboard, alarms, log queries, budget. The service needs none of it: it may be made again."""

from troposphere import Equals, Not, Ref, Sub, budgets, cloudwatch, logs

from deploy.configuration import Configuration
from deploy.containers import SERVICES
from deploy.shared.alarms import add_alarms, add_composite_alarm, alert_topic_arn
from deploy.shared.stack_template import StackTemplate
from deploy.stacks.operations.dashboard import dashboard_body
from deploy.stacks.operations.log_queries import add_log_queries


def template(configuration: Configuration) -> StackTemplate:
    stack = StackTemplate(configuration, "operations", "dashboard, composite alarms, log filters and queries, budget")
    cloudwatch.Dashboard(
        "Dashboard",
        stack,
        Metadata={"Description": "Requests hop by hop, latency, capacity, tables, logs, alarms."},
        DashboardName=Sub("${AWS::StackName}"),
        DashboardBody=dashboard_body(stack),
    )
    alarms = [("platform", "LoadBalancer5xx"), ("api", "Api5xx"), ("api", "ApiLatency")]
    alarms += [("routing", f"{service.noun}{noun}") for service in SERVICES for noun in ("Target5xx", "Latency")]
    names = [stack.imported(of_stack, f"{alarm}AlarmName") for of_stack, alarm in alarms]
    add_composite_alarm(stack, "VisitorsAffectedAlarm", names)
    _add_log_filters(stack)
    add_log_queries(stack)
    _add_budget(stack)
    stack.publish("DashboardName", "The dashboard.", Ref("Dashboard"))
    return stack


def _add_log_filters(stack: StackTemplate) -> None:
    namespace = stack.configuration.metrics_namespace
    for service in SERVICES:
        metric = f"{service.noun}ErrorLines"
        logs.MetricFilter(
            f"{service.noun}ErrorFilter",
            stack,
            Metadata={"Description": f"Counts the log lines of {service.name} with level ERROR or CRITICAL."},
            LogGroupName=stack.imported("platform", f"{service.noun}LogGroupName"),
            FilterPattern='{ $.level = "ERROR" || $.level = "CRITICAL" }',
            MetricTransformations=[
                logs.MetricTransformation(MetricNamespace=namespace, MetricName=metric, MetricValue="1", DefaultValue=0)
            ],
        )
        add_alarms(stack, "error_lines", {}, service=service.name, Service=service.noun)


def _add_budget(stack: StackTemplate) -> None:
    """Told at 80 % of what was spent and when the forecast reaches all of it. The tag ``env`` must be activated in Billing."""
    stack.parameter(
        "MonthlyBudget",
        Default=str(stack.configuration.settings.monthly_budget_dollars),
        MinValue="0",
        MaxValue="1000000",
    )
    stack.add_condition("HasMonthlyBudget", Not(Equals(Ref("MonthlyBudget"), "0")))
    budgets.Budget(
        "Budget",
        stack,
        Metadata={"Description": "Tells when the month gets more expensive than planned."},
        Condition="HasMonthlyBudget",
        Budget=budgets.BudgetData(
            BudgetName=Sub("${AWS::StackName}"),
            BudgetType="COST",
            TimeUnit="MONTHLY",
            BudgetLimit=budgets.Spend(Amount=Ref("MonthlyBudget"), Unit="USD"),
            CostFilters={"TagKeyValue": [f"user:env${stack.configuration.environment}"]},
        ),
        NotificationsWithSubscribers=[
            budgets.NotificationWithSubscribers(
                Notification=budgets.Notification(
                    NotificationType=kind, ComparisonOperator="GREATER_THAN", Threshold=percent, ThresholdType="PERCENTAGE"
                ),
                Subscribers=[budgets.Subscriber(SubscriptionType="SNS", Address=alert_topic_arn(stack))],
            )
            for kind, percent in (("ACTUAL", 80), ("FORECASTED", 100))
        ],
    )
