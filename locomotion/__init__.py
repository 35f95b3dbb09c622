"""The legs: pendulum gait, residual policy, training, evaluation and navigation."""
