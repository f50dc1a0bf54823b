"""Addresses of accounts: signing in, the people of the company, keys, the audit trail, shared pages."""

from allauth.account.urls import urlpatterns as account_patterns
from django.urls import include, path
from django.views.generic import RedirectView

from . import audit_views, company_views, share_views, views

OURS = {
    "account_login", "account_logout", "account_inactive", "account_signup", "account_reauthenticate",
    "account_change_password", "account_set_password",
}  # fmt: skip
"""What of allauth is served: e-mail addresses are the administrator's to change, and no mail is sent."""

urlpatterns = [
    path("signin/<str:token>/", views.sign_in_by_link, name="sign_in_by_link"),
    path("company/accounts/", company_views.people, name="people_here"),
    path("company/accounts/me/", company_views.own, name="own_account"),
    path("company/accounts/<int:number>/", company_views.person, name="person_here"),
    path("company/accounts/<int:number>/<str:what>/", company_views.act, name="person_act"),
    path("company/keys/", company_views.keys, name="api_keys"),
    path("company/keys/<int:number>/revoke/", company_views.revoke_key, name="revoke_key"),
    path("company/audit/", audit_views.trail, name="audit"),
    path("company/audit.csv", audit_views.export, name="audit_export"),
    path("share/", share_views.share, name="share"),
    path("company/shared/", share_views.links, name="share_links"),
    path("company/shared/<int:number>/revoke/", share_views.revoke, name="revoke_share"),
    path("shared/<str:token>/", share_views.shared, name="shared"),
    path("shared/<str:token>/<str:door>/", share_views.rows, name="shared_rows"),
    path("accounts/second-step/", RedirectView.as_view(pattern_name="own_account"), name="mfa_index"),
    path("accounts/second-step/", include("allauth.mfa.urls")),
    path("accounts/", include([pattern for pattern in account_patterns if pattern.name in OURS])),
]
