"""Addresses of privacy."""

from django.urls import path

from . import rule_views, views

urlpatterns = [
    path("privacy/", views.desk, name="privacy"),
    path("privacy/requests/<int:number>/", views.request_page, name="privacy_request"),
    path("privacy/requests/<int:number>/move/", views.move, name="privacy_move"),
    path("privacy/requests/<int:number>/longer/", views.longer, name="privacy_longer"),
    path("privacy/person/<path:who>/", views.person, name="privacy_person"),
    path("privacy/export/", views.export, name="privacy_export"),
    path("privacy/erase/", views.erase, name="privacy_erase"),
    path("privacy/profiling/", views.profiling, name="privacy_profiling"),
    path("privacy/sheets/<int:number>/", views.sheet, name="privacy_sheet"),
    path("privacy/sheets/<int:number>.json", views.sheet_file, name="privacy_sheet_file"),
    path("privacy/keeping/", rule_views.rules, name="privacy_keeping"),
    path("privacy/keeping/<int:number>/remove/", rule_views.remove, name="privacy_keeping_remove"),
]
