"""SOT2xx, construction: is the class built by its factory, with its isolation key? A module for each rule."""
