"""Arms in the walking environment: how they move and what they do to the torso."""
