"""Understand: the journeys people live, their paths, waits and feelings."""
