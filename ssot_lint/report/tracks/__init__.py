"""Where migrations stand → text: for people, for programs, and for a tracker in Markdown. Pure."""
