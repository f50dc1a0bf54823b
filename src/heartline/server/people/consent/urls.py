"""Addresses of consent: those of people outside, and those of the company."""

from django.urls import path

from . import public_views, purpose_views, views

urlpatterns = [
    path("company/purposes/", purpose_views.listing, name="purposes"),
    path("company/purposes/+/", purpose_views.add, name="purpose_add"),
    path("company/purposes/<slug:key>/", purpose_views.purpose, name="purpose"),
    path("agreed/<path:who>/proof.json", views.proof, name="consent_proof"),
    path("agreed/<path:who>/", views.person, name="consent_person"),
    path("consent/for/<slug:purpose>/", public_views.ask, name="consent_ask"),
    path("consent/asked/", public_views.asked, name="consent_asked"),
    path("consent/confirm/<str:token>/", public_views.confirm, name="consent_confirm"),
    path("consent/leave/<str:token>/", public_views.leave, name="consent_leave"),
    path("consent/choices/<str:token>/", public_views.choices, name="consent_choices"),
]
