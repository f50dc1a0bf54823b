"""Tests of which touchpoint a text speaks of."""
