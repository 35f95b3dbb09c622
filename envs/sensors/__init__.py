"""Simulated sensors: camera, lidar and height scan."""
