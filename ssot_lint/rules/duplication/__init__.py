"""Rules of the family SOT4xx: whether there is a second implementation."""
