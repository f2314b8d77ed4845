"""SOT6xx, vocabulary: are the agreed values spelled out by hand, missing, or unused? A module for each rule."""
