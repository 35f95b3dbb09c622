"""A trained network applied to camera images and image files."""
