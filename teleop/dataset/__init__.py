"""Demonstrations on disk: a LeRobotDataset v3.0 that a crash can't ruin.

``data/chunk-000/file-000.parquet`` is one episode, whole and by itself: its frames as columns, and
in the file's own metadata what the frames come from (task, scene, simulator states, cameras). It
appears in one step when the episode is saved. Everything else is made from it and can be made
again: ``videos/``, ``meta/episodes/``, ``meta/tasks.parquet``, ``meta/stats.json`` and last
``meta/info.json``, which tells readers how many episodes there are.
"""
