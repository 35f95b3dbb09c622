"""Walkable labels computed from lidar scans."""
