"""Migrations of consent."""
