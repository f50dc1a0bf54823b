"""Tests of scores and texts."""
