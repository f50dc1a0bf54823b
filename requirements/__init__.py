"""Locked requirements, and what makes the environment of them. Standard library only."""
