"""The body: specs, models, kinematics, geometry and the surface taxonomy."""
