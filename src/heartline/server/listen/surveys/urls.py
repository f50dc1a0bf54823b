"""Addresses of surveys: for those who make them, and for those who answer."""

from django.urls import include, path

from . import answer_views, views, writing_preview, writing_views

urlpatterns = [
    path("", include("heartline.server.listen.surveys.results.urls")),
    path("", include("heartline.server.listen.surveys.inviting.urls")),
    path("", include("heartline.server.listen.surveys.widget.urls")),
    path("", include("heartline.server.listen.surveys.kiosk.urls")),
    path("surveys/", views.surveys, name="surveys"),
    path("surveys/<slug:key>/", views.survey, name="survey"),
    path("surveys/<slug:key>/edit/", writing_views.edit, name="survey_edit"),
    path("surveys/<slug:key>/preview/", writing_preview.preview, name="survey_preview"),
    path("surveys/<slug:key>/file/", views.file, name="survey_file"),
    path("surveys/<slug:key>/links/", views.links, name="survey_links"),
    path("s/<slug:key>/", answer_views.start, name="survey_answer_start"),
    path("s/<slug:key>/<str:token>/", answer_views.answer, name="survey_answer"),
    path("s/<slug:key>/<str:token>/keep/", answer_views.keep, name="survey_keep"),
]
