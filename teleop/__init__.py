"""The arms: teleoperation, and recording of demonstrations."""
