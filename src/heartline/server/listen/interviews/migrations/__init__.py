"""Migrations of interviews."""
