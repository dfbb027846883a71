"""The attachments' routes, below /api/."""

from django.urls import path

from files import legacy, views

urlpatterns = [
    path("<uuid:todo_id>/files", views.FileCollection.as_view(), name="files"),
    path("<uuid:todo_id>/files/upload", legacy.Upload.as_view(), name="legacy-upload"),
    path("<uuid:todo_id>/files/<uuid:file_id>", views.FileItem.as_view(), name="file"),
    path("<uuid:todo_id>/files/<uuid:file_id>/complete", views.FileComplete.as_view(), name="file-complete"),
    path("<uuid:todo_id>/files/<uuid:file_id>/restore", views.FileRestore.as_view(), name="file-restore"),
    path("<uuid:todo_id>/files/<uuid:file_id>/delete", legacy.Delete.as_view(), name="legacy-delete-file"),
]
