"""Simulated sensors: camera, lidar, height scan, joint encoders and IMU."""
