"""SOT9xx, the lint itself: does each contract resolve, is it used, do the files parse? A module for each rule."""
