"""The documents, and what makes their reference."""
