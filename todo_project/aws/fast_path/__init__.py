"""An optional accelerator of boto3's DynamoDB client. Delete the call of `accelerate` and everything works as before, slower.

What it does: boto3 copies each value of a response with the service's description in hand (boto/boto3#2928), signs whatever
headers there may be, and sends head and body one after the other. DynamoDB's calls are all alike: a POST of JSON to `/`, and a
response whose JSON is already what boto3 returns. So the first attempt of a call is made here: `signature.py` signs one short
request, `connection.py` sends it in one write and splits the response's headers with one expression, `attempt.py` takes the
response's JSON as it is. docs/reference/benchmarks.md has what each part saves.

What stays botocore's: everything but a first attempt that succeeds. Errors, throttling, lost connections, wrong checksums, binary
values and odd responses are handed to botocore as the result of its own first attempt. It parses them, raises, or tries again,
and then it signs and sends by itself. A client that makes one attempt only gets `HTTPClientError` for each lost connection.

What it relies on in botocore, all public events of a client:

- `before-call`: a handler may return `(response, parsed)` in place of the call; botocore's Stubber does the same.
- `before-send`: a handler may return the response of an attempt, or raise its failure.

What happens when botocore changes: nothing is patched, so a client on which these events do not come is botocore's own. Whatever
is not as expected here switches the fast path off for this process, with a warning in the log, and the call goes botocore's way.
With a proxy it is never on. `tests/aws/test_fast_path_*.py` hold results, signatures and failures equal to botocore's.
"""

from typing import Any

from botocore.session import Session

from todo_project.aws.fast_path.attempt import FirstAttempt

__all__ = ["accelerate"]


def accelerate(client: Any, session: Session) -> None:
    """Makes the first attempts of a DynamoDB client's calls here. `session` has the credentials the client was made with."""
    FirstAttempt(client, session).register()
