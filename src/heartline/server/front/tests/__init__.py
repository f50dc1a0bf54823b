"""Tests of the public port's own answers; what is handed on is tested with the routes."""
