"""SOT5xx, gateway: is a primitive touched outside its home? A module for each rule."""
