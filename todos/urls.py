"""The to-dos' routes, below /api/."""

from django.urls import path

from todos import legacy, views

urlpatterns = [
    path("<str:user_id>/todos", views.TodoCollection.as_view(), name="todos"),
    path("<str:user_id>/todos/add", legacy.add, name="legacy-add"),
    path("<str:user_id>/todos/<uuid:todo_id>", views.TodoItem.as_view(), name="todo"),
    path("<str:user_id>/todos/<uuid:todo_id>/restore", views.restore, name="todo-restore"),
    path("<str:user_id>/todos/<uuid:todo_id>/complete", legacy.complete, name="legacy-complete"),
    path("<str:user_id>/todos/<uuid:todo_id>/addnotes", legacy.add_notes, name="legacy-addnotes"),
    path("<str:user_id>/todos/<uuid:todo_id>/delete", legacy.delete, name="legacy-delete"),
]
