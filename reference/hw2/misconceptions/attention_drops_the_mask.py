"""The mask is taken, but not handed on to the weights."""

from q2_attention import attention_weights

REPLACES = "q2_attention.attention"


def attention(Q, K, V, mask=None):
    """Without the mask."""
    return attention_weights(Q, K) @ V
