"""The residual policy: what it sees, what its actions mean, and its network in numpy."""
