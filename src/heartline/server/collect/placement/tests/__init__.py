"""Tests of the catalogue of events and of rules."""
