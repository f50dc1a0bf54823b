"""Addresses of the page about how texts are read."""

from django.urls import path

from . import beside, emotion_views, outside_views, sign_views, views

urlpatterns = [
    path("company/reading/", views.reading, name="reading"),
    path("company/reading/right/", views.put_right, name="reading_right"),
    path("company/reading/text/", beside.put_right, name="reading_text"),
    path("company/reading/outside/", outside_views.outside, name="reading_outside"),
    path("emotions/", emotion_views.emotions, name="emotions"),
    path("emotions/<slug:key>/", emotion_views.emotion, name="emotion"),
    path("emotions/<slug:key>/right/", emotion_views.put_right, name="emotion_right"),
    path("company/emotions/", sign_views.emotion_signs, name="emotion_signs"),
]
