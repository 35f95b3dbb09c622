"""The world: scenes, sensors, batched simulation and labelled rendering."""
