"""Surveys as values, and the pure engine that asks them: no database, no page, no clock."""
