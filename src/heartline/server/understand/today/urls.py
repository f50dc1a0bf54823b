"""Address of the first page, under both of its names."""

from django.urls import path

from . import views

urlpatterns = [path("", views.today, name="today"), path("", views.today, name="home")]
