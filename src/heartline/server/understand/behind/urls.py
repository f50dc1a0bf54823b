"""Addresses of the rows behind a number."""

from django.urls import path

from . import views

urlpatterns = [
    path("behind/", views.behind, name="behind"),
    path("behind.csv", views.export, name="behind_export"),
]
