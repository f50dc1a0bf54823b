"""Tests of what customers say right now."""
