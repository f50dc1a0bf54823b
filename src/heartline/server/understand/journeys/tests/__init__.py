"""Tests of journey maps."""
