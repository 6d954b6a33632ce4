"""ReLU's gradient passes where the input was positive: here it passes where the incoming gradient is."""

REPLACES = "nnet.layers.relu_backward"


def relu_backward(dout, cache):
    return dout * (dout > 0)
