"""Tests of the rows behind a number."""
