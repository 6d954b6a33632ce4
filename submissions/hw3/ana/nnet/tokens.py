"""Byte-pair encoding of words."""

from collections import Counter


def pair_counts(words):
    """How often each pair of neighbours occurs: words is {tuple of symbols: count}, the result {(a, b): count}."""
    counts = Counter()
    for symbols, n in words.items():
        for pair in zip(symbols, symbols[1:]):
            counts[pair] += n
    return dict(counts)


def merge(symbols, pair):
    """The symbols with every occurrence of the pair joined, from the left: ("a", "a", "a") by ("a", "a") → ("aa", "a")."""
    merged = []
    i = 0
    while i < len(symbols):
        if symbols[i : i + 2] == pair:
            merged.append(pair[0] + pair[1])
            i += 2
        else:
            merged.append(symbols[i])
            i += 1
    return tuple(merged)


class Tokenizer:
    """Learns `n_merges` merges from a text; encodes words of its letters."""

    def __init__(self, text, n_merges):
        words = {tuple(word): n for word, n in Counter(text.split()).items()}
        self.merges = []
        for _ in range(n_merges):
            counts = pair_counts(words)
            if not counts:
                break
            best = max(counts, key=lambda pair: (counts[pair], pair))
            self.merges.append(best)
            words = {merge(symbols, best): n for symbols, n in words.items()}
        symbols = sorted(set(text) - set(" \n")) + [a + b for a, b in self.merges]
        self.ids = {symbol: i for i, symbol in enumerate(dict.fromkeys(symbols))}

    def tokenize(self, word):
        """The symbols of a word, merged in the order that was learnt."""
        symbols = tuple(word)
        for pair in self.merges:
            symbols = merge(symbols, pair)
        return list(symbols)

    def encode(self, word):
        """The numbers of its symbols."""
        return [self.ids[symbol] for symbol in self.tokenize(word)]

    def decode(self, ids):
        """The word of some numbers."""
        names = {i: symbol for symbol, i in self.ids.items()}
        return "".join(names[i] for i in ids)
