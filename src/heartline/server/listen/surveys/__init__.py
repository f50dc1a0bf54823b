"""Surveys: making them, answering them, and what comes of them."""
