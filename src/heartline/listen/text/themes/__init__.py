"""What texts are about: themes to begin with, themes that are found, and how people change them."""
