"""Addresses of the script and of its page."""

from django.urls import path

from . import views

urlpatterns = [
    path("hl.js", views.hl, name="hl"),
    path("tracking/", views.tracking, name="tracking"),
]
