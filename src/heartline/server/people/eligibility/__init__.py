"""Who may be asked: what was reserved, whom that leaves out and why, and the rules of the company."""
