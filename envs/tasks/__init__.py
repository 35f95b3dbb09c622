"""Tasks for the arms: scenes with movable things, a start and a test of success."""
