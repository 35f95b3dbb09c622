"""Tasks for the arms: a scene with things that move, a start, and a test of success."""
