"""What happens in a training run beside PPO's own updates, one callback for each concern."""
