"""Addresses of touchpoints."""

from django.urls import path

from . import views

urlpatterns = [
    path("touchpoints/", views.touchpoints, name="touchpoints"),
    path("touchpoints/-/months/", views.months, name="touchpoints_months"),
    path("touchpoints/<str:key>/", views.touchpoint, name="touchpoint"),
]
