"""Addresses of reviews: what is said of us, beside others, and what we show on our own pages."""

from django.urls import path

from . import beside_views, publishing_views, views

urlpatterns = [
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/note/", views.note, name="review_note"),
    path("reviews/beside/", beside_views.beside, name="reviews_beside"),
    path("reviews/published/", publishing_views.page, name="reviews_published"),
    path("reviews/published/change/", publishing_views.change, name="reviews_publish"),
    path("reviews/published/snippet/", publishing_views.snippet, name="reviews_snippet"),
    path("reviews.jsonld", publishing_views.document, name="reviews_jsonld"),
]
