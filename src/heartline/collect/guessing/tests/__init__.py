"""Tests of recognising files and columns."""
