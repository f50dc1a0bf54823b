"""Tests of the inbox: one suite for every database that may hold it."""
