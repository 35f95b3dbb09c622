"""The world: scenes, sensors, batched simulation, tasks and labelled rendering."""
