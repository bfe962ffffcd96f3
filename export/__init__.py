"""A run folder in, a model folder (ONNX, TF.js, model.json) out, with parity proved."""
