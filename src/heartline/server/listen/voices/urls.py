"""Addresses of what customers write and say, and of views that are kept of it."""

from django.urls import path

from . import saved, views

urlpatterns = [
    path("voices/", views.voices, name="voices"),
    path("voices/views/", saved.views, name="voices_views"),
    path("voices/views/save/", saved.save, name="voices_save"),
    path("voices/views/<slug:key>/", saved.view, name="voices_view"),
    path("voices/views/<slug:key>/change/", saved.change, name="voices_change"),
]
