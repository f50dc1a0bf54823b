"""Addresses of the shell."""

from django.urls import path

from . import views

urlpatterns = [
    path("healthz", views.health, name="health"),
    path("language/", views.choose_language, name="language"),
]
