"""Sessions in which an operator moves the robot, and the episodes they record."""
