"""How well a controller walks: trials, episodes, metrics."""
