"""What employees should learn, what they learnt, and what that changed."""
