"""Alerts: people say what they want to be told, and are told it once, where and when they wish."""
