"""Addresses of connections."""

from django.urls import path

from . import views

urlpatterns = [
    path("collect/connections/", views.connections, name="connections"),
    path("collect/connections/new/<slug:kind>/", views.new, name="connection_new"),
    path("collect/connections/<slug:key>/", views.connection, name="connection"),
    path("collect/connections/<slug:key>/tried/", views.tried, name="connection_tried"),
    path("collect/connections/<slug:key>/<slug:what>/", views.act, name="connection_act"),
]
