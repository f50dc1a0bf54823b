"""Documents that fail the build when they are wrong."""
