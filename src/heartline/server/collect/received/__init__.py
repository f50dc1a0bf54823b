"""What was received: how it lands, what was dropped and why, and what of it is to be tried again."""
