"""Employees: who is named in a text, and what moved between two times; pure."""
