"""Addresses of the paths."""

from django.urls import path

from . import views

urlpatterns = [
    path("paths/", views.paths, name="paths"),
    path("paths.csv", views.export, name="paths_export"),
]
