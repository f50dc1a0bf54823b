"""How the tables of the last events came to be."""
