"""Features that listen: what customers say."""
