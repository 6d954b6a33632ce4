import numpy as np
import scipy.special as sp


def cross_entropy(logits, labels):
    return -np.take_along_axis(sp.log_softmax(logits, axis=1), labels[:, None], axis=1).sum()


def cross_entropy_gradient(logits, labels):
    one_hot = np.eye(logits.shape[1])[labels]
    return (sp.softmax(logits, axis=1) - one_hot) / len(labels)
