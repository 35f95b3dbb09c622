"""Imitation: policies for the arms that learn from demonstrations, on the trunk that drove."""
