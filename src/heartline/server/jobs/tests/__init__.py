"""Tests of the server's jobs."""
