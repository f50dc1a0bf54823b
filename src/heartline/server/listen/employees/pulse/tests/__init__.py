"""Tests of how employees feel, and how they are asked."""
