"""How well a controller walks: trials, episodes and their scores."""
