"""The walking controller: estimation, gait and policy joined into one step."""
