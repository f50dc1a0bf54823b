"""Contact data, consent, eligibility, contact pressure."""
