"""Findings -> the draft with its findings marked, and a copy that may be published; one module per format."""
