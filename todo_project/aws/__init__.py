"""The gateways to AWS: clients, DynamoDB, the keys that both services know, and the time that a request has left."""
