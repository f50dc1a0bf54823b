"""Webhooks of other systems: how they are signed, and which event their bodies tell."""
