"""Engines: the only place that names DuckDB or Spark."""
