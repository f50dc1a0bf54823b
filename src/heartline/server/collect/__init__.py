"""Features that collect: sources, recipes, quarantine."""
