"""Scores people see: score, level, confidence, top signals and reasoning, from the model that icp fitted."""
