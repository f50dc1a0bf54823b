"""Addresses of the catalogue. Kinds are listed, so that other pages of the company keep theirs."""

from django.urls import path, register_converter

from . import kinds, placing, texts, views


class KindConverter:
    """A kind of definition in an address."""

    regex = "|".join(kinds.KINDS)

    def to_python(self, value: str) -> str:
        """Read it."""
        return value

    def to_url(self, value: str) -> str:
        """Write it."""
        return value


register_converter(KindConverter, "definition_kind")

urlpatterns = [
    path("company/", views.home, name="catalogue_home"),
    path("company/as-text/", texts.edit, name="catalogue_text"),
    path("company/definitions.yaml", texts.export, name="catalogue_export"),
    path("company/touchpoint/<str:key>/placement/", placing.placement, name="placement"),
    path("company/<definition_kind:kind>/", views.catalogue, name="catalogue"),
    path("company/<definition_kind:kind>/+/", views.add, name="definition_add"),
    path("company/<definition_kind:kind>/<path:key>/", views.definition, name="definition"),
]
