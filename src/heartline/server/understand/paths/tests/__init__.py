"""Tests of the page of paths."""
