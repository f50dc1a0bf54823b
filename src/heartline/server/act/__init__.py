"""Features that act: cases, messages, plays."""
