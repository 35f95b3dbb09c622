"""The control rate; apart from the model, because a robot needs no simulator."""

# Every controller runs at 50 Hz; the physics takes a whole number of steps in between.
CONTROL_DT_S = 0.02
