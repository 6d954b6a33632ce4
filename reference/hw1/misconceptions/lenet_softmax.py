"""The model returns probabilities; the handout asks for their logarithms.

The last layer is LogSoftmax. Are your outputs negative, and do their exponentials sum to 1?
"""

from q1_lenet import build_model as lenet
from torch import nn

REPLACES = "q1_lenet.build_model"


def build_model():
    """LeNet-5 with probabilities as outputs."""
    return nn.Sequential(*lenet()[:-1], nn.Softmax(dim=1))
