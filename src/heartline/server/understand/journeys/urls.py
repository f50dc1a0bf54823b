"""Addresses of journey maps."""

from django.urls import path

from . import views

urlpatterns = [
    path("journeys/", views.journeys, name="journeys"),
    path("journeys/<str:key>/", views.journey, name="journey"),
]
