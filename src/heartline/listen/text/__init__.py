"""What people write, read: language, sentiment, emotion, and sentences as vectors."""
