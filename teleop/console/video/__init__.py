"""The console's video: rendered and encoded in a process of its own."""
