"""Addresses of kiosks; before those of responses, which would take their names for secrets."""

from django.urls import path

from . import views

urlpatterns = [
    path("surveys/<slug:key>/places/", views.places, name="survey_places"),
    path("s/<slug:key>/kiosk/", views.kiosk, name="survey_kiosk"),
    path("s/<slug:key>/kiosk/edition/", views.edition, name="survey_kiosk_edition"),
    path("s/<slug:key>/kiosk/send/", views.send, name="survey_kiosk_send"),
    path("s/<slug:key>/kiosk/worker.js", views.worker, name="survey_kiosk_worker"),
]
