"""The engine of surveys."""
