"""Log groups that are kept for as long as the environment says, and no longer."""

from troposphere import logs

from deploy.shared.stack_template import StackTemplate


def add_log_group(template: StackTemplate, logical_id: str, description: str) -> logs.LogGroup:
    """Add a log group without a physical name, so that two deployments never write to one."""
    return logs.LogGroup(
        logical_id,
        template,
        Metadata={"Description": description},
        RetentionInDays=template.configuration.settings.log_retention_days,
    )
