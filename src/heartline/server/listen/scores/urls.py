"""Addresses of the ratings."""

from django.urls import path

from . import views

urlpatterns = [
    path("ratings/", views.scores, name="scores"),
    path("ratings/everybody/", views.everybody, name="scores_everybody"),
]
