"""What is said of the company elsewhere, and of others: reviews, ratings, posts."""
