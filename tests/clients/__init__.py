"""Clients of the wire format, unmodified, as their users run them, against the real front and the whole server."""
