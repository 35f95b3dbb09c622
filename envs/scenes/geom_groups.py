"""The meaning of MuJoCo's geom groups in this project."""

from __future__ import annotations

CEILING_GROUP = 4
HIDDEN_GROUP = 5
# Group 2 holds robots' visual meshes; group 3, their collision shapes, is invisible.
VISIBLE_GROUPS = (0, 1, 2, CEILING_GROUP)
