"""Recording of demonstrations, and their replay."""
