"""Streets, and what stands on and along them."""
