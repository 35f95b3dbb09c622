"""Reads a dataset with LeRobot's own reader and prints what it saw; runs where lerobot is."""

import json
import sys

import numpy as np
import torch
from lerobot.datasets.lerobot_dataset import LeRobotDataset

root, camera = sys.argv[1:]
windows = {"action": [-0.02, 0.0, 0.02], camera: [-0.02, 0.0]}
dataset = LeRobotDataset("local/recorded", root=root, video_backend="pyav")
windowed = LeRobotDataset(
    "local/recorded", root=root, video_backend="pyav", delta_timestamps=windows
)
frames = [dataset[k] for k in range(len(dataset))]
batch = next(iter(torch.utils.data.DataLoader(windowed, batch_size=4, shuffle=True)))
stripes = [frame[camera].numpy().mean(axis=(0, 1)).reshape(8, -1).mean(axis=1) for frame in frames]
seen = {
    "episodes": dataset.num_episodes,
    "frame_index": [int(frame["frame_index"]) for frame in frames],
    "episode_index": [int(frame["episode_index"]) for frame in frames],
    "shown": [int(((row > 0.5) << np.arange(8)).sum()) for row in stripes],
    "action": [frame["action"].tolist() for frame in frames],
    "qpos": [frame["sim.qpos"].tolist() for frame in frames],
    "tasks": sorted({frame["task"] for frame in frames}),
    "action_mean": dataset.meta.stats["action"]["mean"].tolist(),
    "batch": {name: list(batch[name].shape) for name in windows},
}
print(json.dumps(seen))
