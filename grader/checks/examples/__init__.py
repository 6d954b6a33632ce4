"""Hypothesis in one room: cases drawn, failing cases shrunk."""
