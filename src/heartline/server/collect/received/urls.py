"""Addresses of what was received."""

from django.urls import path

from . import views

urlpatterns = [
    path("received/", views.received, name="received"),
    path("received/dropped.jsonl", views.download, name="received_download"),
    path("received/again/", views.again, name="received_again"),
    path("received/mended/", views.mended, name="received_mended"),
    path("metrics", views.metrics, name="metrics"),
]
