"""Contact data of people, encrypted: in the operational database only."""
