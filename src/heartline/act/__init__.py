"""Act: pure decisions about what to do for whom. Follows once understanding stands."""
