"""What employees tell of customers."""
