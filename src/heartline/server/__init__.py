"""The server: pages, API, ingest and jobs over the same verbs."""
