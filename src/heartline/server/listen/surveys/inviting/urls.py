"""Addresses of sending."""

from django.urls import path

from . import views

urlpatterns = [
    path("surveys/<slug:key>/ask/", views.ask, name="survey_ask"),
    path("surveys/<slug:key>/ask/<int:number>/", views.sending, name="survey_sending"),
    path("surveys/<slug:key>/code.svg", views.code, {"kind": "svg"}, name="survey_code"),
    path("surveys/<slug:key>/code.png", views.code, {"kind": "png"}, name="survey_code_png"),
    path("surveys/<slug:key>/poster/", views.poster, name="survey_poster"),
]
