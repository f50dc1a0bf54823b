"""Tests of what is pure about employees."""
