"""The URLs of local settings: both services, the browsable API with its login, the schema's page, the web application."""

from django.contrib.staticfiles.views import serve
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularSwaggerView

from local.web import views, webapp
from todo_project.api.problems import handler400, handler403, handler404, handler500
from todo_project.urls.both import urlpatterns as services

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

# DRF's templates look for login and logout in this namespace.
_session = [path("login/", views.login, name="login"), path("logout/", views.logout, name="logout")]

urlpatterns = [
    path("api/", include((_session, "rest_framework"))),
    path(
        "api/docs/",
        SpectacularSwaggerView.as_view(url_name="schema", permission_classes=[], authentication_classes=[]),
        name="docs",
    ),
    *services,
    # DEBUG is off here too, so that errors look as they will in production; `insecure` means just that.
    re_path(r"^static/(?P<path>.+)$", serve, {"insecure": True}),
    *webapp.urlpatterns,
]
