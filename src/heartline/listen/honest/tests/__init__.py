"""Tests of honest scores."""
