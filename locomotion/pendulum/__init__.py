"""The inverted pendulum that a walking body is, and the feet that it stands on."""
