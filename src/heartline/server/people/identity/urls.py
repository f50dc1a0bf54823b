"""Addresses of who is one person."""

from django.urls import path

from . import likely_views, views

urlpatterns = [
    path("identity/", likely_views.listed, name="identity_likely"),
    path("identity/answer/", likely_views.answer, name="identity_answer"),
    path("identity/join/", views.join, name="identity_join"),
    path("identity/part/", views.part, name="identity_part"),
    path("identity/summary/<path:who>/", views.summary, name="identity_summary"),
    path("identity/find/<path:who>/", views.find, name="identity_find"),
    path("identity/why/<path:who>/", views.why, name="identity"),
]
