"""Words as lists of symbols, counted by collections."""

import re
from collections import Counter, defaultdict


def pair_counts(words):
    counts = defaultdict(int)
    for word, n in words.items():
        for left, right in zip(word, word[1:]):
            counts[left, right] += n
    return counts


def merge(symbols, pair):
    todo = list(reversed(symbols))
    done = []
    while todo:
        symbol = todo.pop()
        if todo and (symbol, todo[-1]) == tuple(pair):
            symbol += todo.pop()
        done.append(symbol)
    return done


class Tokenizer:
    def __init__(self, text, n_merges):
        self.merges = []
        self.vocabulary = sorted(set(re.sub(r"\s", "", text)))
        seen = Counter(re.findall(r"\S+", text))
        split = {word: list(word) for word in seen}
        while len(self.merges) < n_merges:
            counts = pair_counts({tuple(symbols): seen[word] for word, symbols in split.items()})
            if len(counts) == 0:
                break
            pair = max(counts.items(), key=lambda item: item[::-1])[0]
            self.merges.append(pair)
            if pair[0] + pair[1] not in self.vocabulary:
                self.vocabulary.append(pair[0] + pair[1])
            for word in split:
                split[word] = merge(split[word], pair)

    def tokenize(self, word):
        symbols = list(word)
        for pair in self.merges:
            symbols = merge(symbols, pair)
        return symbols

    def encode(self, word):
        return list(map(self.vocabulary.index, self.tokenize(word)))

    def decode(self, ids):
        return "".join(map(self.vocabulary.__getitem__, ids))
