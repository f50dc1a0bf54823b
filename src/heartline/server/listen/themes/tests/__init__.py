"""Tests of the pages of themes."""
