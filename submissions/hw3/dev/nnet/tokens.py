"""Symbols are joined within one string per word, with a separator between them."""

import re

SEPARATOR = "\x1f"


def pair_counts(words):
    counts = {}
    for symbols, n in words.items():
        for i in range(1, len(symbols)):
            pair = symbols[i - 1], symbols[i]
            counts[pair] = counts.get(pair, 0) + n
    return counts


def _joined(line, pair):
    together = re.escape(SEPARATOR + pair[0] + SEPARATOR + pair[1]) + f"(?={SEPARATOR})"
    return re.sub(together, lambda _: SEPARATOR + pair[0] + pair[1], line)


def _line(symbols):
    return SEPARATOR + "".join(symbol + SEPARATOR for symbol in symbols)


def _symbols(line):
    return line.strip(SEPARATOR).split(SEPARATOR)


def merge(symbols, pair):
    return _symbols(_joined(_line(symbols), pair))


class Tokenizer:
    def __init__(self, text, n_merges):
        self.merges = []
        lines = {}
        for word in text.split():
            lines[_line(word)] = lines.get(_line(word), 0) + 1
        ids = {letter: None for letter in sorted(set(text) - set(" \n\t"))}
        for _ in range(n_merges):
            counts = pair_counts({tuple(_symbols(line)): n for line, n in lines.items()})
            if not counts:
                break
            most = max(counts.values())
            pair = max(pair for pair, n in counts.items() if n == most)
            self.merges.append(pair)
            ids["".join(pair)] = None
            lines = {_joined(line, pair): n for line, n in lines.items()}
        self.symbols = list(ids)

    def tokenize(self, word):
        line = _line(word)
        for pair in self.merges:
            line = _joined(line, pair)
        return _symbols(line)

    def encode(self, word):
        return [self.symbols.index(symbol) for symbol in self.tokenize(word)]

    def decode(self, ids):
        return "".join(self.symbols[i] for i in ids)
