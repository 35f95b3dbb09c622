"""The motion of the camera, seen in its images."""
