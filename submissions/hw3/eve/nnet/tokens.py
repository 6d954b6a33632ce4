"""Byte-pair encoding of words: symbols are numbers inside, and texts only where somebody looks."""

import numpy as np


def pair_counts(words):
    """How often each pair of neighbours occurs: words is {tuple of symbols: count}, the result {(a, b): count}."""
    pairs = [(pair, n) for symbols, n in words.items() for pair in zip(symbols[:-1], symbols[1:])]
    return {pair: sum(n for other, n in pairs if other == pair) for pair, _ in pairs}


def merge(symbols, pair):
    """The symbols with each pair joined, from the left: ("a", "a", "a") by ("a", "a") is ("aa", "a")."""
    if len(symbols) < 2:
        return tuple(symbols)
    if tuple(symbols[:2]) == tuple(pair):
        return (symbols[0] + symbols[1], *merge(symbols[2:], pair))
    return (symbols[0], *merge(symbols[1:], pair))


class Tokenizer:
    """Learns `n_merges` merges from a text; encodes words of its letters."""

    def __init__(self, text, n_merges):
        words, counts = np.unique(text.split(), return_counts=True)
        table = {tuple(str(word)): int(n) for word, n in zip(words, counts)}
        self.letters = sorted({letter for symbols in table for letter in symbols})
        self.merges = {}
        for rank in range(n_merges):
            pairs = pair_counts(table)
            if not pairs:
                break
            best = max(pairs.items(), key=lambda item: (item[1], item[0]))[0]
            self.merges[best] = rank
            table = {merge(symbols, best): n for symbols, n in table.items()}

    @property
    def symbols(self):
        """All of them, in the order of their numbers."""
        return list(dict.fromkeys([*self.letters, *(a + b for a, b in self.merges)]))

    def tokenize(self, word):
        """The symbols of a word, merged in the order that was learnt."""
        symbols = tuple(word)
        while True:
            there = [pair for pair in zip(symbols, symbols[1:]) if pair in self.merges]
            if not there:
                return symbols
            symbols = merge(symbols, min(there, key=self.merges.get))

    def encode(self, word):
        """The numbers of its symbols."""
        return np.array([self.symbols.index(symbol) for symbol in self.tokenize(word)])

    def decode(self, ids):
        """The word of some numbers."""
        return "".join(np.array(self.symbols)[list(ids)])
