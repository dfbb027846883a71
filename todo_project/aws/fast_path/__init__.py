"""An optional accelerator of boto3 for DynamoDB."""
