"""Augmentation: random light, camera pose and crop.

It exists twice, because the two versions draw other random numbers and resample differently: NumPy
and OpenCV (``augment``) for the processes of a run on CPUs, and torch (``batch_*``) for a GPU that
holds the images. Replacing either would change what the shipped configs train.
"""
