"""Tests of webhooks that come in."""
