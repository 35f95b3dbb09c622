"""The operator's page: shows the robot's view and status, and takes the operator's input."""
