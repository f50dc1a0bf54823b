"""Tests of the guided import's pages."""
