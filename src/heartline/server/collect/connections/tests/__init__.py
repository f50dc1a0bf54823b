"""Tests of the pages of connections."""
