"""Leg kinematics: exact forward, analytic inverse, and the measures that both need."""
