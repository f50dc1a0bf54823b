"""Tests of the catalogue's pages."""
