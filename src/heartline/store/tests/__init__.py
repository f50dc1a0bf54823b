"""Tests of the lake, and the small worlds that all tests build."""
