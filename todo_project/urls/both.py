"""Both services in one process, and their schema."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from todo_project.api.problems import handler400, handler403, handler404, handler500  # noqa: F401 Django looks here

urlpatterns = [
    path("api/", include("todos.urls")),
    path("api/", include("files.urls")),
    path("api/schema/", SpectacularAPIView.as_view(permission_classes=[], authentication_classes=[]), name="schema"),
]
