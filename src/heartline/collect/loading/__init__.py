"""The loader: what was received lands in the lake, exactly once, within seconds, on the right customer."""
