"""Tests of the ratings page."""
