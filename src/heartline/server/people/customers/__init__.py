"""Customers: finding one, and what one lived over all channels."""
