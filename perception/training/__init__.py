"""The one trainer and what a run consists of: data, losses, freezing, teachers, cards."""
