import torch


def attention_weights(Q, K, mask=None):
    Q, K = torch.as_tensor(Q), torch.as_tensor(K)
    scores = Q @ K.T / Q.shape[1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~torch.as_tensor(mask), float("-inf"))
    return torch.softmax(scores, dim=1)


def attention(Q, K, V, mask=None):
    Q, K, V = (torch.as_tensor(x)[None] for x in (Q, K, V))
    keep = None if mask is None else torch.as_tensor(mask)
    return torch.nn.functional.scaled_dot_product_attention(Q, K, V, attn_mask=keep)[0]
