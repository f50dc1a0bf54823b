"""Forms of the company's pages: people, keys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heartline.server.shell import filters
from heartline.store.definitions import Definitions

from .models import Role


class PlaceForm(forms.Form):
    """What somebody, or a program, is here for: a role, and the units they may see."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.VIEWER)
    units = forms.MultipleChoiceField(
        label=_("Only these parts of the company"),
        required=False,
        help_text=_("With everything below them. None chosen: the whole company. A store manager needs at least one."),
    )

    def __init__(self, *args: Any, definitions: Definitions, **more: Any) -> None:
        super().__init__(*args, **more)
        choices = units(definitions, more.get("initial", {}).get("units", ()))
        field = self.fields["units"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices
        field.widget.attrs["size"] = min(8, max(3, len(choices)))

    @property
    def place(self) -> dict[str, Any]:
        """Role and units as commands take them."""
        return {"role": self.cleaned_data["role"], "units": tuple(self.cleaned_data["units"])}


class PersonForm(PlaceForm):
    """Who somebody is."""

    field_order = ("email", "name", "role", "units")
    name = forms.CharField(label=_("Name"), max_length=150, required=False)


class InviteForm(PersonForm):
    """Somebody new."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)


class KeyForm(PlaceForm):
    """A program's key."""

    field_order = ("name", "role", "units")
    name = forms.CharField(label=_("What it is for"), max_length=100)


class WriteKeyForm(forms.Form):
    """The key of a program that sends events."""

    kind = forms.CharField(widget=forms.HiddenInput, initial="write")
    name = forms.CharField(label=_("What it is for"), max_length=100)
    source = forms.CharField(
        label=_("Where its events come from"),
        max_length=100,
        required=False,
        help_text=_("Stands beside every event, as the name of its source. Left empty: as the key is called."),
    )


class NameForm(forms.Form):
    """One's own name."""

    name = forms.CharField(label=_("Name"), max_length=150, required=False)


def units(definitions: Definitions, kept: list[str] | tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Give the units as a list that shows their tree, and those kept that are defined no more."""
    bodies = definitions.all("unit")
    below: dict[str | None, list[str]] = {}
    for key, body in bodies.items():
        parent = body.get("parent")
        below.setdefault(parent if parent in bodies else None, []).append(key)
    found: list[tuple[str, str]] = []
    seen: set[str] = set()

    def add(key: str, depth: int) -> None:
        if key not in seen:
            seen.add(key)
            found.append((key, "\u2003" * depth + filters.body_label(definitions, "unit", key)))
            for child in below.get(key, ()):
                add(child, depth + 1)

    for key in [*below.get(None, ()), *bodies]:  # the rest only where units stand in a ring
        add(key, 0)
    return found + [(key, key) for key in kept if key not in seen]
