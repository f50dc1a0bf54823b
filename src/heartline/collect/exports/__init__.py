"""Exports of tools that teams use already: known by their columns, each with a recipe that was written for it."""
