"""Tests of the script's file and of its page."""
