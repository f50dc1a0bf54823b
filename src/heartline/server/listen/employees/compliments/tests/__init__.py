"""Tests of compliments."""
