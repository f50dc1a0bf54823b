"""Files as the tools export them, of people who do not exist."""
