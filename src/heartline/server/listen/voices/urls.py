"""Address of what customers write and say."""

from django.urls import path

from . import views

urlpatterns = [path("voices/", views.voices, name="voices")]
