"""Tests of what employees tell of customers."""
