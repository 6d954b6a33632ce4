"""The model returns the last linear layer's outputs as they are.

The handout ends with LogSoftmax, which nn.NLLLoss needs; nn.CrossEntropyLoss would have brought its own.
"""

from q1_lenet import build_model as lenet
from torch import nn

REPLACES = "q1_lenet.build_model"


def build_model():
    """LeNet-5 without its last layer."""
    return nn.Sequential(*lenet()[:-1])
