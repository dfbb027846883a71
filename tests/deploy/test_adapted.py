"""Templates in the embedded AWS's words."""

from tests.embedded.adapted import in_other_words

URL = "http://127.0.0.1:4566"


def adapted(resource_type, properties):
    template = {"Resources": {"Thing": {"Type": resource_type, "Properties": properties}}}
    return in_other_words(template, URL)["Resources"]["Thing"]["Properties"]


def test_it_works():
    template = {
        "Resources": {
            "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": {"Ref": "Range"}}},
            "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"CidrBlock": [{"Fn::GetAtt": ["Vpc", "CidrBlock"]}]}},
        }
    }
    assert in_other_words(template, URL)["Resources"]["Subnet"]["Properties"]["CidrBlock"] == [{"Ref": "Range"}]


def test_the_template_itself_stays_as_it_is():
    template = {"Resources": {"Secret": {"Type": "AWS::SecretsManager::Secret"}}, "Outputs": {"A": {"Value": {"Ref": "Secret"}}}}
    assert in_other_words(template, URL)["Outputs"] == {"A": {"Value": {"Fn::GetAtt": ["Secret", "Id"]}}}
    assert template["Outputs"] == {"A": {"Value": {"Ref": "Secret"}}}


def test_a_vpc_link_becomes_the_load_balancers_address():
    listener = {"Fn::ImportValue": "todo-dev-platform-ListenerArn"}
    link = {"ConnectionType": "VPC_LINK", "ConnectionId": "link", "IntegrationUri": listener, "TimeoutInMillis": 1}
    name = {"Fn::Select": [2, {"Fn::Split": ["/", listener]}]}
    assert adapted("AWS::ApiGatewayV2::Integration", link) == {
        "IntegrationUri": {"Fn::Join": ["/", [URL, "_alb", name]]},
        "TimeoutInMillis": 1,
    }


def test_only_the_refusal_of_plain_http_is_dropped_from_a_bucket_policy():
    refusal = {"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    other = {"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"a": "b"}}}
    policy = {"PolicyDocument": {"Statement": [refusal, other]}}
    assert adapted("AWS::S3::BucketPolicy", policy) == {"PolicyDocument": {"Statement": [other]}}


def test_a_service_rolls():
    kept = {"MinimumHealthyPercent": 100, "MaximumPercent": 200}
    canary = {"Strategy": "CANARY", "Alarms": {"Enable": True}, "LifecycleHooks": [{}]}
    balancer = {"ContainerName": "todos", "TargetGroupArn": "group"}
    service = {
        "CapacityProviderStrategy": [{"CapacityProvider": "FARGATE_SPOT"}],
        "DeploymentConfiguration": {**kept, **canary},
        "LoadBalancers": [{**balancer, "AdvancedConfiguration": {"AlternateTargetGroupArn": "other"}}],
    }
    assert adapted("AWS::ECS::Service", service) == {"DeploymentConfiguration": kept, "LoadBalancers": [balancer]}
