"""Addresses of contacts that staff note."""

from django.urls import path

from . import views

urlpatterns = [
    path("log/", views.log, name="log"),
    path("log/undo/", views.undo, name="log_undo"),
]
