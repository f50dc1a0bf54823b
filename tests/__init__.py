"""Tests that span packages; unit tests stand beside the code."""
