"""Tests of drop folders."""
