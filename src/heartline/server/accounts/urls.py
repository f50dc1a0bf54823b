"""Addresses of accounts: the one-time link, and allauth's sign-in and sign-out."""

from django.urls import include, path

from . import views

urlpatterns = [
    path("signin/<str:token>/", views.sign_in_by_link, name="sign_in_by_link"),
    path("accounts/", include("allauth.account.urls")),
]
