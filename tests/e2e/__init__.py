"""What people do in a browser, against real servers."""
