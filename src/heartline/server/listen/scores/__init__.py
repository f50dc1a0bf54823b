"""The page “How do customers rate us?”."""
