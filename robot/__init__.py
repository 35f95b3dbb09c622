"""The body: specs, models, kinematics, cameras, frames and grids."""
