"""Robot files from MuJoCo Menagerie, with meshes that render fast."""
