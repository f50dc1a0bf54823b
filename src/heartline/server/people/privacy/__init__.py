"""What people may ask about their data: to have them, to have them gone, to be left out; how long we keep them."""
