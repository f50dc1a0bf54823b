"""The demo company. Follows with the pages."""
