"""Addresses of the results of surveys."""

from django.urls import path

from . import crossing, exporting, one, views

urlpatterns = [
    path("surveys/<slug:key>/results/", views.results, name="survey_results"),
    path("surveys/<slug:key>/results/compare/", crossing.crosstab, name="survey_crosstab"),
    path("surveys/<slug:key>/results/file/", exporting.file, name="survey_results_file"),
    path("surveys/<slug:key>/answers/<path:name>/", one.response, name="survey_response"),
]
