"""The attachments' addresses, below /api/."""

from django.urls import path

from files import published, views

urlpatterns = [
    path("<uuid:todo_id>/files", views.FileCollection.as_view(), name="files"),
    path("<uuid:todo_id>/files/upload", published.Upload.as_view(), name="published-upload"),
    path("<uuid:todo_id>/files/<uuid:file_id>", views.FileItem.as_view(), name="file"),
    path("<uuid:todo_id>/files/<uuid:file_id>/complete", views.FileComplete.as_view(), name="file-complete"),
    path("<uuid:todo_id>/files/<uuid:file_id>/restore", views.FileRestore.as_view(), name="file-restore"),
    path("<uuid:todo_id>/files/<uuid:file_id>/delete", published.Delete.as_view(), name="published-delete-file"),
]
