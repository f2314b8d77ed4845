"""SOT1xx, identity: is the symbol used by its one name, through its one import path? A module for each rule."""
