"""What the legs know of the body: its motion, its pose and where its mass is."""
