"""The files of an episode: frames as parquet, images as video, written whole or not at all."""
