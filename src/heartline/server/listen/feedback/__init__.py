"""What customers say, the moment they do."""
