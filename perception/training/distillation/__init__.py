"""Teachers, which may see the true depth, and the inputs of networks in training."""
