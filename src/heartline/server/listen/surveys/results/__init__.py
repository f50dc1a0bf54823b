"""What people answered: pages, tables and files of results."""
