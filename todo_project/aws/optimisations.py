"""What the services do another way than the libraries would, to be faster; each can be switched off to be compared.

`OPTIMISATIONS_OFF` names those that are off. What each saves is in docs/benchmarks.md, which `make bench` writes.
"""

from typing import Final

from django.conf import settings

OPTIMISATIONS: Final = {
    "parser": "DynamoDB's answers are taken as they stand on the wire (aws/fast_path/parser.py)",
    "sending": "calls to DynamoDB are signed with a key derived once a day and sent without detours (aws/fast_path/sending.py)",
    "validation": "botocore does not check the parameters it is given; the tests' settings let it (aws/dynamodb.py)",
    "user-agent": "botocore's User-Agent is written once a process, not twice a call (aws/dynamodb.py)",
    "tokens": "a token that was verified is known until it expires (api/verified_tokens.py)",
    "input": "the fields that check input are made once a class, not once a request (api/serializers.py)",
    "negotiation": "a client that takes anything gets JSON without being parsed (api/renderers.py)",
    "renderer": "orjson writes the answers (api/renderers.py)",
    "rows": "a list's to-dos go from the wire to JSON without a Todo in between (todos/serializers.py)",
    "release": "answers are let go of when they are sent, not when the collector comes by (api/release.py)",
    "signer": "download URLs are signed with a key derived once a day (files/signing.py)",
}


def enabled(name: str) -> bool:
    """Whether an optimisation is on, as all are unless a process is told otherwise."""
    if name not in OPTIMISATIONS:
        raise KeyError(name)
    return name not in settings.OPTIMISATIONS_OFF
