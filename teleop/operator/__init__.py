"""What an operator asks of the robot, and the guard that limits it."""
