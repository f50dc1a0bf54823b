"""Addresses of accounts: the one-time link, and allauth's sign-in and sign-out."""

from django.urls import include, path

from . import share_views, views

urlpatterns = [
    path("signin/<str:token>/", views.sign_in_by_link, name="sign_in_by_link"),
    path("share/", share_views.share, name="share"),
    path("company/shared/", share_views.links, name="share_links"),
    path("company/shared/<int:number>/revoke/", share_views.revoke, name="revoke_share"),
    path("shared/<str:token>/", share_views.shared, name="shared"),
    path("shared/<str:token>/<str:door>/", share_views.rows, name="shared_rows"),
    path("accounts/", include("allauth.account.urls")),
]
