"""Honest scores: the weights of a survey, who did not answer, and small groups; each beside what was answered."""
