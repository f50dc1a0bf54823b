"""Migrations of contact data."""
