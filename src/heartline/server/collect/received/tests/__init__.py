"""Tests of what was received."""
