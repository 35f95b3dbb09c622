"""The console's video: rendered and encoded in its own process."""
