"""Act: pure decisions about what is done for whom; today, what other systems are told."""
