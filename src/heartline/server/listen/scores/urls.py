"""Addresses of the ratings."""

from django.urls import path

from . import views

urlpatterns = [
    path("ratings/", views.scores, name="scores"),
    path("ratings/answers/", views.behind, name="scores_behind"),
    path("ratings/answers.csv", views.export, name="scores_export"),
]
