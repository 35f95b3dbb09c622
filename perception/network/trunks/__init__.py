"""Trunks, one file for each family; ``trunk`` holds their interface, ``registry`` their names."""
