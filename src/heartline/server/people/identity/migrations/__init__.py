"""Migrations of who is one person."""
