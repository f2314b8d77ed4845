"""SOT3xx, sharing: can two users meet in one instance? A module for each rule."""
