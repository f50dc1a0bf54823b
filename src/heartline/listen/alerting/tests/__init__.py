"""Tests of what tells people, in planted worlds."""
