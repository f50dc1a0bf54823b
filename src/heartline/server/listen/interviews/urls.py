"""Addresses of interviews."""

from django.urls import path

from . import reading_views, views

urlpatterns = [
    path("interviews/", views.interviews, name="interviews"),
    path("interviews/at/<str:message>/", views.place, name="interview_place"),
    path("interviews/<slug:key>/", reading_views.interview, name="interview"),
    path("interviews/<slug:key>/change/", reading_views.change, name="interview_change"),
    path("interviews/<slug:key>/highlight/", reading_views.highlight, name="interview_highlight"),
    path("interviews/<slug:key>/quotes/<slug:quote>/", reading_views.quote, name="interview_quote"),
    path("interviews/<slug:key>/quotes/<slug:quote>/tag/", reading_views.tag, name="interview_tag"),
]
