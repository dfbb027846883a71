"""The URLs of the container "files"."""

from django.urls import include, path

from todo_project.api.problems import handler400, handler403, handler404, handler500  # noqa: F401 Django looks here

urlpatterns = [path("api/", include("files.urls"))]
