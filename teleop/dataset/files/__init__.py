"""The files of an episode: frames as parquet, images as video, written completely or not at all."""
