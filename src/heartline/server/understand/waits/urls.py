"""Addresses of the waits."""

from django.urls import path

from . import views

urlpatterns = [
    path("waits/", views.waits, name="waits"),
    path("waits/months/", views.months, name="waits_months"),
]
