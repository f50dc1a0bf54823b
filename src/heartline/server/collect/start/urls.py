"""Addresses of the start."""

from django.urls import path

from . import views

urlpatterns = [
    path("start/", views.start, name="start"),
    path("start/demo/", views.demo, name="start_demo"),
    path("start/progress/", views.progress, name="start_progress"),
    path("start/yours/", views.yours, name="start_yours"),
    path("start/remove/", views.remove, name="start_remove"),
]
