"""Both engines answer every question alike."""
