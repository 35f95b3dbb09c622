"""Moving arms in the walking simulation, simulated or as a load on the torso."""
