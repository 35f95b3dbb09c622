"""From a walkable map and a goal to a walking command."""
