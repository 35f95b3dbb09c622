"""Steering a robot by keys, in MuJoCo's viewer or for a film."""
