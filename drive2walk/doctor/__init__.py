"""The doctor: it finds what keeps a renderer, the console or a headset from working."""
