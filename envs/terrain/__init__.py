"""Ground that isn't flat."""
