"""Features that understand: journeys, customers, what matters."""
