"""Between the two linear layers there is no ReLU.

Without it they are one linear map. The handout's list has four ReLUs.
"""

from q1_lenet import build_model as lenet
from torch import nn

REPLACES = "q1_lenet.build_model"


def build_model():
    """LeNet-5 whose linear layers follow upon each other."""
    layers = list(lenet())
    del layers[10]
    return nn.Sequential(*layers)
