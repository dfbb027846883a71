"""Stack ``web``: the site's bucket, the distribution over site and API, its web ACL, logs and alarms.

It is deployed to the one region that CloudFront takes certificates, web ACLs and log deliveries from, and publishes its
metrics in. It cannot import from the other stacks there: their outputs are its parameters.
"""

from typing import Final

from troposphere import GetAtt, If, Ref, Sub, logs, s3

from deploy.configuration import Configuration
from deploy.shared.alarms import add_alarms
from deploy.shared.alert_topic import add_alert_topic
from deploy.shared.buckets import add_bucket, add_log_bucket, objects_of
from deploy.shared.roles import Statement, arn, granting
from deploy.shared.stack_template import StackTemplate
from deploy.stacks.web.distribution import add_distribution
from deploy.stacks.web.firewall import add_firewall

DISTRIBUTION: Final = "cloudfront::${AWS::AccountId}:distribution/${Distribution}"


def template(configuration: Configuration) -> StackTemplate:
    stack = StackTemplate(configuration, "web", "site bucket, distribution over site and API, web ACL")
    stack.alert_topic = "web-alerts"
    _add_parameters(stack)
    add_alert_topic(stack)
    log_bucket = _add_log_bucket(stack)
    site = add_bucket(
        stack,
        "SiteBucket",
        "The files of the web page.",
        noncurrent_days=configuration.settings.noncurrent_version_days,
        statements=_readers(),
        LoggingConfiguration=s3.LoggingConfiguration(DestinationBucketName=Ref(log_bucket), LogFilePrefix="buckets/site/"),
    )
    acl = add_firewall(stack) if configuration.settings.firewall else None
    distribution = add_distribution(stack, site, acl)
    _add_log_delivery(stack, log_bucket)
    add_alarms(stack, "distribution", {"DistributionId": Ref(distribution), "Region": "Global"})
    condition = None if configuration.settings.domain_required else "HasCertificateArn"
    add_alarms(stack, "certificate", {"CertificateArn": Ref("CertificateArn")}, condition=condition)

    host = GetAtt(distribution, "DomainName")
    domain = Sub("https://${DomainName}")
    own = Sub(f"https://${{{distribution.title}.DomainName}}")
    origin = domain if configuration.settings.domain_required else If("HasCertificateArn", domain, own)
    stack.publish("SiteBucketName", "Bucket of the site's files.", Ref(site))
    stack.publish("DistributionId", "The distribution.", Ref(distribution))
    stack.publish("DistributionHost", "The distribution's own host, which the domain's DNS record points to.", host)
    stack.publish("SiteOrigin", "Where the site is: the parameter SiteOrigin of stack data.", origin)
    return stack


def _add_parameters(stack: StackTemplate) -> None:
    host = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+"
    origin = rf"https?://{host}(:[0-9]+)?"
    stack.parameter("ApiHost", AllowedPattern=host)
    stack.parameter("CognitoOrigin", AllowedPattern=origin, ConstraintDescription="scheme and host, without a path")
    stack.parameter(
        "AttachmentsOrigin",
        AllowedPattern=rf"{origin}( {origin})*",
        ConstraintDescription="schemes and hosts, without a path, separated by spaces",
    )
    # CloudFront takes certificates of this region only (CloudFront developer guide, requirements for using SSL/TLS certificates).
    certificate = r"arn:[a-z-]+:acm:us-east-1:[0-9]{12}:certificate/[a-f0-9-]+"
    if stack.configuration.settings.domain_required:
        stack.parameter("DomainName", AllowedPattern=host)
        stack.parameter("CertificateArn", AllowedPattern=certificate)
    else:
        stack.parameter(
            "DomainName",
            Description="Domain of the site, which the certificate is for; empty without one.",
            Default="",
            AllowedPattern=f"({host})?",
        )
        stack.optional(
            "CertificateArn",
            Description="Certificate of the domain, in this stack's region; empty without one.",
            Default="",
            AllowedPattern=f"({certificate})?",
        )


def _add_log_bucket(stack: StackTemplate) -> s3.Bucket:
    """Logs of this region's bucket and of the distribution: a bucket's access log must lie in the bucket's own region."""
    delivered, theirs = objects_of("WebLogBucket", "AWSLogs/*"), {"s3:x-amz-acl": "bucket-owner-full-control"}
    own_account = {"aws:SourceAccount": Ref("AWS::AccountId")}
    writes = granting("DistributionAccessLogs", "delivery.logs.amazonaws.com", "s3:PutObject", delivered, **own_account, **theirs)
    return add_log_bucket(stack, "WebLogBucket", "Access logs of the site bucket and the distribution.", writes)


def _readers() -> list[Statement]:
    """This distribution and no other. Listing makes a missing file a 404 rather than a 403."""
    objects, bucket = objects_of("SiteBucket"), GetAtt("SiteBucket", "Arn")
    ours = {"aws:SourceArn": arn(DISTRIBUTION)}
    return [
        granting("DistributionReads", "cloudfront.amazonaws.com", "s3:GetObject", objects, **ours),
        granting("DistributionSeesWhatIsMissing", "cloudfront.amazonaws.com", "s3:ListBucket", bucket, **ours),
    ]


def _add_log_delivery(stack: StackTemplate, log_bucket: s3.Bucket) -> None:
    source = logs.DeliverySource(
        "AccessLogSource",
        stack,
        Metadata={"Description": "The access log of the distribution."},
        Name=Sub("${AWS::StackName}"),
        LogType="ACCESS_LOGS",
        ResourceArn=arn(DISTRIBUTION),
    )
    destination = logs.DeliveryDestination(
        "AccessLogDestination",
        stack,
        Metadata={"Description": "The bucket it is delivered to."},
        Name=Sub("${AWS::StackName}"),
        OutputFormat="json",
        DestinationResourceArn=GetAtt(log_bucket, "Arn"),
    )
    logs.Delivery(
        "AccessLogDelivery",
        stack,
        Metadata={"Description": "Delivers it, without addresses of visitors and without queries."},
        DeliverySourceName=Ref(source),
        DeliveryDestinationArn=GetAtt(destination, "Arn"),
        # addresses of visitors and queries (searches, signatures) are left out
        RecordFields=[
            "date",
            "time",
            "x-edge-location",
            "cs-method",
            "sc-status",
            "sc-bytes",
            "time-taken",
            "x-edge-result-type",
            "x-edge-request-id",
            "ssl-protocol",
        ],
    )
