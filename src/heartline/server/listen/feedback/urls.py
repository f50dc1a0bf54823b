"""Addresses of what customers say right now."""

from django.urls import path

from . import stream_views, views

urlpatterns = [
    path("feedback/", views.feedback, name="feedback"),
    path("feedback/stream/", stream_views.stream, name="feedback_stream"),
    path("feedback/cards/", stream_views.again, name="feedback_cards"),
]
