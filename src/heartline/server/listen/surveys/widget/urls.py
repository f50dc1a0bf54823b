"""Addresses of the script that shows surveys on the company's own pages."""

from django.urls import path

from . import views

urlpatterns = [
    path("hl-ask.js", views.script, name="hl_ask"),
    path("s/<slug:key>/widget/", views.talk, name="survey_widget"),
]
