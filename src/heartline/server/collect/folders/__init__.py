"""Drop folders: where a till, a call centre or a field tool puts its files, and what became of them."""
