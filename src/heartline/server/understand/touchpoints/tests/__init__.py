"""Tests of the pages of touchpoints."""
