"""What `./bench text` is made of: the sets, and what is measured on them."""
