"""Both services in one process, and their schema."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

urlpatterns = [
    path("api/", include("todos.urls")),
    path("api/", include("files.urls")),
    path("api/schema/", SpectacularAPIView.as_view(permission_classes=[], authentication_classes=[]), name="schema"),
]

handler400 = "todo_project.api.problems.bad_request"
handler403 = "todo_project.api.problems.permission_denied"
handler404 = "todo_project.api.problems.not_found"
handler500 = "todo_project.api.problems.crashed"
