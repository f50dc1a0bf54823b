"""Tests of the pages of customers."""
