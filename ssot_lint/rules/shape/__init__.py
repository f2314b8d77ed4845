"""SOT7xx, shape: does a class have the base and the signatures that it must have? A module for each rule."""
