"""Labels that are computed from lidar scans: where the robot may step."""
