"""Lanes: tasks that must not wait behind a long one run beside it, each lane in a thread of its own.

A lane is a queue. Whatever names none of them runs in the worker's main thread, one task after the other.
"""

PAGES = "pages"
"""What keeps pages fresh."""
PEOPLE = "people"
"""What somebody sits and waits for."""
OUTGOING = "outgoing"
"""What is told to other systems."""
CONNECT = "connect"
"""What asks other systems, which may take their time."""
TRIES = "tries"
"""What asks another system while somebody sits and waits for it."""
TEXTS = "texts"
"""What reads how texts feel: people wait for it who watch what comes in."""
READING = "reading"
"""What reads what texts are about: it takes its time."""
ALERTS = "alerts"
"""What tells people at once."""
PROPOSING = "proposing"
"""What reads a passage while somebody looks at it: it may load an encoder first."""
LANES = (PAGES, PEOPLE, OUTGOING, CONNECT, TRIES, TEXTS, READING, ALERTS, PROPOSING)
