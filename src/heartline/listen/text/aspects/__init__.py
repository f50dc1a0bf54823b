"""Which touchpoint a text speaks of, where nobody said so: by names, what they mean, and what was learnt."""
