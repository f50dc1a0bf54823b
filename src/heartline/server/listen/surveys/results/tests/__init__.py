"""Tests of the results of surveys."""
