"""The catalogue: what the company is made of, edited by hand, with what a change does to numbers."""
