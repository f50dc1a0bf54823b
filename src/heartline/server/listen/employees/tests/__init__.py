"""Tests of the pages about employees."""
