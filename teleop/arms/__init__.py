"""Inverse kinematics from an operator's hands to the robot's arms."""
