"""The operator's page: what the robot sees, what it does, and the way to steer it."""
