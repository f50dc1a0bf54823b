"""Lanes: tasks that must not wait behind a long one run beside it, each lane in a thread of its own.

A lane is a queue. Whatever names none of them runs in the worker's main thread, one task after the other.
"""

PAGES = "pages"
"""What keeps pages fresh."""
PEOPLE = "people"
"""What somebody sits and waits for."""
LANES = (PAGES, PEOPLE)
