"""A trained network on camera images and on image files."""
