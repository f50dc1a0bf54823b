"""A survey on other people's pages: the script that shows it, and what it talks to."""
