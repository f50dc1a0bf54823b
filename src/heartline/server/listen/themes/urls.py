"""Addresses of what people talk about."""

from django.urls import path

from . import change_views, two_views, views

urlpatterns = [
    path("themes/", views.themes, name="themes"),
    path("themes/begin/", change_views.begin, name="theme_begin"),
    path("needs/", two_views.needs, name="needs"),
    path("reasons/", two_views.reasons, name="reasons"),
    path("themes/<slug:key>/", views.theme, name="theme"),
    path("themes/<slug:key>/change/", change_views.change, name="theme_change"),
]
