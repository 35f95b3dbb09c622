"""The gait: when each foot steps, where it lands, and how the legs carry the body."""
