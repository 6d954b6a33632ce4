"""What students get: an assignment that can be checked offline, without the model answer and the hidden checks."""

from grader.kit.loading import load_kit

__all__ = ["load_kit"]
