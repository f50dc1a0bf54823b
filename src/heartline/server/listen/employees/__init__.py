"""Employees: how they feel, what they tell of customers, what they learn, and who thanks them."""
