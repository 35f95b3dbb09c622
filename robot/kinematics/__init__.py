"""Kinematics: legs forward and inverse, the head camera's pose, the upper body's mass."""
