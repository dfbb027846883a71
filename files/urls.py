"""The attachments' routes, below /api/."""

from django.urls import path

from files import legacy, views

urlpatterns = [
    path("<uuid:todo_id>/files", views.FileCollection.as_view(), name="files"),
    path("<uuid:todo_id>/files/upload", legacy.upload, name="legacy-upload"),
    path("<uuid:todo_id>/files/<uuid:file_id>", views.trash, name="file"),
    path("<uuid:todo_id>/files/<uuid:file_id>/complete", views.complete, name="file-complete"),
    path("<uuid:todo_id>/files/<uuid:file_id>/restore", views.restore, name="file-restore"),
    path("<uuid:todo_id>/files/<uuid:file_id>/delete", legacy.delete, name="legacy-delete-file"),
]
