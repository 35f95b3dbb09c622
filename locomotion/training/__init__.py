"""Training the residual policy by PPO."""
