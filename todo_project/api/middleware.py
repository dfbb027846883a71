"""What holds for every response of a service: health checks come first, and no cache keeps what is private."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from todo_project.api.health import CHECKS

# CloudFront sets these three too; API Gateway, which can be called without it, does not.
_HEADERS: Final = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}


class ServiceMiddleware:
    """Handles health checks before Django checks the Host: the load balancer calls a container by its IP address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        check = CHECKS.get(request.path_info)
        response = check() if check else self.get_response(request)
        headers = response.headers
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)  # the web page has a stricter Referrer-Policy
        if request.path_info.startswith("/api/"):
            # Responses are private; caches must not store them (RFC 9111, 5.2.2.5).
            headers.setdefault("Cache-Control", "no-store")
        # DRF ties the response to its view in a ring: without this, long lists stay in memory until Python's collector runs,
        # 30 MB of them a worker.
        context = getattr(response, "renderer_context", None)
        if context:
            context["view"].response = None
            context.clear()
        return response
