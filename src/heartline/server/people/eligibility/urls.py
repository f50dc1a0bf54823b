"""Addresses of eligibility."""

from django.urls import path

from . import views

urlpatterns = [path("company/asking/", views.contact_rules, name="contact_rules")]
