"""Where events belong: the catalogue of those that were seen, rules, and the past placed again."""
