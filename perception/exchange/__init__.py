"""Weights in other forms: ONNX graphs for robots, published networks, and blends."""
