"""Addresses of the catalogue of events and of rules."""

from django.urls import path

from . import rule_views, views

urlpatterns = [
    path("events/", views.events, name="events"),
    path("events/<int:number>/", views.event, name="event"),
    path("events/rules/", rule_views.rules, name="rules"),
    path("events/rules/again/", rule_views.again, name="rules_again"),
    path("events/rules/progress/", rule_views.progress, name="rules_progress"),
    path("events/rules/try/", rule_views.try_rule, name="rule_try"),
    path("events/rules/+/", rule_views.add, name="rule_add"),
    path("events/rules/<str:key>/", rule_views.rule, name="rule"),
]
