"""Tests of the survey on other people's pages."""
