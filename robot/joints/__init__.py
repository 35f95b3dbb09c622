"""Joints: groups with gains and limits, hands, and the torques that motors give at a speed."""
