"""Addresses of alerts."""

from django.urls import path

from . import rule_views, views

urlpatterns = [
    path("alerts/", views.alerts, name="alerts"),
    path("alerts/past/", views.past, name="alerts_past"),
    path("alerts/new/", rule_views.new, name="alert_new"),
    path("alerts/me/", rule_views.me, name="alert_me"),
    path("alerts/me/chat/", rule_views.chat, name="alert_chat"),
    path("alerts/stop/<str:token>/", views.stop, name="alert_stop"),
    path("alerts/rule/<int:number>/", rule_views.rule, name="alert_rule"),
    path("alerts/rule/<int:number>/change/", rule_views.change, name="alert_rule_change"),
    path("alerts/<int:number>/", views.alert, name="alert"),
    path("alerts/<int:number>/act/", views.act, name="alert_act"),
]
