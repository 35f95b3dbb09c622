"""Training of a network: data, augmentation, losses, teachers, checkpoints and run folders."""
