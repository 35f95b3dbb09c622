"""Teachers, and the depth that only they may see."""
