"""Tests of the encoders that a company may choose."""
