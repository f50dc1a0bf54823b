"""The script for other pages, and the page that hands it over."""
