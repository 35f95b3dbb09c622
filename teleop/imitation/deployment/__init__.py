"""An arm policy in the form that a robot runs."""
