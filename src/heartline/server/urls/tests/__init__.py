"""Tests of the server's urls."""
