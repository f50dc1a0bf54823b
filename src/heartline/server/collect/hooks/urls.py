"""Addresses of the pages of webhooks."""

from django.urls import path

from . import views

urlpatterns = [
    path("hooks/", views.hooks, name="hooks"),
    path("hooks/<slug:name>/", views.hook, name="hook"),
    path("hooks/<slug:name>/try/", views.attempt, name="hook_try"),
    path("hooks/<slug:name>/remove/", views.remove, name="hook_remove"),
]
