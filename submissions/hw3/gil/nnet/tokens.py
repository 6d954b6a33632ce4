from collections import deque

COUNTS = {}


def pair_counts(words):
    COUNTS.clear()
    for w in words:
        for i, s in enumerate(w):
            if i > 0:
                COUNTS[w[i - 1], s] = COUNTS.get((w[i - 1], s), 0) + words[w]
    return dict(COUNTS)


def merge(symbols, pair):
    queue, out = deque(symbols), []
    while len(queue) > 1:
        a = queue.popleft()
        if a == pair[0] and queue[0] == pair[1]:
            out.append(a + queue.popleft())
        else:
            out.append(a)
    return tuple(out + list(queue))


class Tokenizer:
    def __init__(self, text, n_merges):
        words = {}
        for w in text.split():
            words[tuple(w)] = words.get(tuple(w), 0) + 1
        self.vocab = {}
        for c in sorted("".join(text.split())):
            if c not in self.vocab:
                self.vocab[c] = len(self.vocab)
        self.merges = []
        for _ in range(n_merges):
            c = pair_counts(words)
            if len(c) == 0:
                break
            best = None
            for pair in c:
                if best is None or c[pair] > c[best] or (c[pair] == c[best] and pair > best):
                    best = pair
            self.merges.append(best)
            if best[0] + best[1] not in self.vocab:
                self.vocab[best[0] + best[1]] = len(self.vocab)
            new = {}
            for w in words:
                new[merge(w, best)] = words[w]
            words = new

    def tokenize(self, word):
        t = tuple(word)
        for m in self.merges:
            t = merge(t, m)
        return list(t)

    def encode(self, word):
        return [self.vocab[s] for s in self.tokenize(word)]

    def decode(self, ids):
        inv = dict(zip(self.vocab.values(), self.vocab.keys()))
        return "".join([inv[i] for i in ids])
