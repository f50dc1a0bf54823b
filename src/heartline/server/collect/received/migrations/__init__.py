"""Migrations of what was received."""
