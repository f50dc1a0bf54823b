"""What somebody chose to keep is no sample: it is shown and searched, and counts in no share and no mean.

An interview is held with a few people who were picked, and a quote of it is what somebody found worth keeping. Both say
what there is, neither says how much of it.
"""

CHOSEN = ("interview",)
"""Kinds of interactions that were chosen so."""
