"""Networks as ONNX graphs for robots, checked against the ones they came from."""
