"""There is a ReLU after the last linear layer, so all classes with a negative score become equally likely.

The handout's last ReLU stands before that layer.
"""

from q1_lenet import build_model as lenet
from torch import nn

REPLACES = "q1_lenet.build_model"


def build_model():
    """LeNet-5 with a fifth ReLU."""
    *layers, last = lenet()
    return nn.Sequential(*layers, nn.ReLU(), last)
