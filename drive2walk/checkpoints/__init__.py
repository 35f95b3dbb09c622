"""Released weights, each with a card; how to find them, and the only way to add one."""
