"""One search over pages, touchpoints, journeys, people and what they said."""
