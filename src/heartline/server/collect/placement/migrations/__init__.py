"""Migrations of the placement of events."""
