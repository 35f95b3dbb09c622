"""Demonstrations on disk: a LeRobotDataset v3.0 that survives a crash.

``data/chunk-000/file-000.parquet`` is one complete episode: its frames as columns, and in the
file's metadata their origin (task, scene, simulator states, cameras). The file appears in one step
when the episode is saved. Everything else is made from it and can be made again: ``videos/``,
``meta/episodes/``, ``meta/tasks.parquet``, ``meta/stats.json`` and last ``meta/info.json``, which
contains the number of episodes for readers.
"""
