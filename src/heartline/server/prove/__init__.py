"""Features that prove: whether acting helped."""
