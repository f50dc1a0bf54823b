"""Addresses of the page about how texts are read."""

from django.urls import path

from . import views

urlpatterns = [
    path("company/reading/", views.reading, name="reading"),
    path("company/reading/right/", views.put_right, name="reading_right"),
]
