"""Tests of events: decoding, placing, and whatever sources may send."""
