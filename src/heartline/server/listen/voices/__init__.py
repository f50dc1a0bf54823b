"""What customers write and say."""
