"""Sources that are asked again and again: databases, APIs, feeds, buckets; what is new since last time comes in."""
