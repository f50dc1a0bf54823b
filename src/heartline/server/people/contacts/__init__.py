"""Contact data of people, encrypted, and what they agreed to: in the operational database only."""
