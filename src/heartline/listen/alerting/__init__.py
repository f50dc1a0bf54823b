"""When to tell somebody: scores so low, scores and themes that leave their limits, sources that fall silent."""
