"""`/healthz`: this process serves. `/readyz`: it reaches what it needs. Neither asks for a token or a known Host.

The load balancer and the container check `/healthz`: a failing dependency must not make ECS replace healthy tasks.
"""

import logging
from typing import Final

from django.conf import settings
from django.http import JsonResponse
from django.utils.module_loading import import_string

from todo_project.api.problems import CONTENT_TYPE, document
from todo_project.errors import Unavailable

logger = logging.getLogger(__name__)


def alive() -> JsonResponse:
    return JsonResponse({"status": "alive"})


def readiness() -> JsonResponse:
    """Runs each of settings.READINESS_CHECKS (dotted names of functions that raise when they cannot reach something).

    The body never names the cause; the log does.
    """
    try:
        for check in settings.READINESS_CHECKS:
            import_string(check)()
    except Exception as error:  # whatever is wrong, the process is not ready
        logger.warning("not ready", exc_info=error)
        body = document(503, "not_ready", "This process cannot reach what it needs yet.")
        return JsonResponse(body, status=503, content_type=CONTENT_TYPE, headers={"Retry-After": str(Unavailable.retry_after)})
    return JsonResponse({"status": "ready"})


CHECKS: Final = {"/healthz": alive, "/readyz": readiness}
