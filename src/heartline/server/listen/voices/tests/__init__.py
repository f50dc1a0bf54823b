"""Tests of what customers write and say."""
