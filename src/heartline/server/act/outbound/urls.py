"""Addresses of the pages about other systems."""

from django.urls import path

from . import views

urlpatterns = [
    path("company/webhooks/", views.endpoints, name="outbound"),
    path("company/webhooks/<int:number>/", views.endpoint, name="outbound_one"),
    path("company/webhooks/<int:number>/lately/", views.lately, name="outbound_lately"),
    path("company/webhooks/<int:number>/secret/", views.secret, name="outbound_secret"),
    path("company/webhooks/<int:number>/<slug:what>/", views.act, name="outbound_act"),
    path("company/webhooks/<int:number>/message/<int:delivery>/", views.message, name="outbound_message"),
    path("company/webhooks/<int:number>/message/<int:delivery>/again/", views.again, name="outbound_again"),
]
