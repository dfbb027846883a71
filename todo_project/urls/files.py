"""The URLs of the container "files"."""

from django.urls import include, path

urlpatterns = [path("api/", include("files.urls"))]

handler400 = "todo_project.api.problems.bad_request"
handler403 = "todo_project.api.problems.permission_denied"
handler404 = "todo_project.api.problems.not_found"
handler500 = "todo_project.api.problems.crashed"
