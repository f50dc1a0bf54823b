"""Addresses of customers."""

from django.urls import path

from . import views

urlpatterns = [
    path("customers/", views.customers, name="customers"),
    path("customers/find/", views.find, name="customers_find"),
    path("customers/<path:who>/", views.customer, name="customer"),
]
