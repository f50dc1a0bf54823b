"""Connections: databases, APIs, feeds and buckets that are asked again and again for what is new."""
