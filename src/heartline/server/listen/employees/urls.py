"""Addresses of the pages about employees."""

from django.urls import URLPattern, URLResolver, path

from .compliments import views as compliments
from .notes import views as notes
from .pulse import views as pulse
from .training import views as training

urlpatterns: list[URLPattern | URLResolver] = [
    path("compliments/", compliments.compliments, name="compliments"),
    path("compliments/asked/", compliments.asked, name="compliments_asked"),
    path("employees/", pulse.employees, name="employees"),
    path("employees/ask/", pulse.asking, name="employees_ask"),
    path("employees/ask/<slug:key>.svg", pulse.code, name="employees_code"),
    path("training/", training.training, name="training"),
    path("training/<int:number>/", training.change, name="training_change"),
    path("notes/", notes.tell, name="tell"),
    path("notes/links/", notes.links, name="note_links"),
    path("notes/links/<int:number>.svg", notes.code, name="note_code"),
    path("tell/<str:secret>/", notes.by_link, name="tell_by_link"),
]
