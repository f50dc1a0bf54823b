"""Addresses of drop folders."""

from django.urls import path

from . import views

urlpatterns = [
    path("folders/", views.folders, name="drop_folders"),
    path("folders/release/", views.release, name="drop_folder_release"),
]
