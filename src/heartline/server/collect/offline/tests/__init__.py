"""Tests of contacts that no machine records."""
