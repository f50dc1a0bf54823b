"""Tests of decisions about what is done."""
