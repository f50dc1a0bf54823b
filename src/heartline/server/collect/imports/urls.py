"""Addresses of the guided import."""

from django.urls import path

from . import views

urlpatterns = [
    path("import/", views.bring, name="import"),
    path("import/<slug:key>/", views.show, name="import_one"),
    path("import/<slug:key>/outcome/", views.outcome, name="import_outcome"),
    path("import/<slug:key>/correct/", views.correct, name="import_correct"),
    path("import/<slug:key>/start/", views.start, name="import_start"),
    path("import/<slug:key>/discard/", views.discard, name="import_discard"),
    path("import/<slug:key>/again/", views.again, name="import_again"),
    path("import/<slug:key>/mend/", views.mend, name="import_mend"),
    path("import/<slug:key>/recipe.yaml", views.recipe, name="import_recipe"),
    path("import/<slug:key>/dropped/", views.dropped, name="import_dropped"),
    path("import/<slug:key>/dropped/<slug:entry>.csv", views.dropped_file, name="import_dropped_file"),
]
