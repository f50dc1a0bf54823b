"""How the question reaches people: whom it is sent to, how, when, and what became of it."""
