"""Contacts that no machine records: noted by staff with one thumb, or dropped as files into a folder."""
