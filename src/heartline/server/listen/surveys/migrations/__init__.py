"""Changes of the tables of surveys."""
