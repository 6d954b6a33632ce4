def pair_counts(words):
    counts = {}
    for symbols in words:
        for a, b in zip(symbols[:-1], symbols[1:]):
            counts.setdefault((a, b), 0)
            counts[a, b] += words[symbols]
    return counts


def merge(symbols, pair):
    result = []
    for symbol in symbols:
        if result and result[-1] == (pair[0], None) and symbol == pair[1]:
            result[-1] = (pair[0] + pair[1], "done")
        else:
            result.append((symbol, None))
    return tuple(symbol for symbol, _ in result)


class Tokenizer(dict):
    """From symbol to number."""

    def __init__(self, text, n_merges):
        super().__init__()
        words = {}
        for word in text.split():
            words[tuple(word)] = words.get(tuple(word), 0) + 1
        for letter in sorted({letter for word in words for letter in word}):
            self[letter] = len(self)
        self.merges = []
        for _ in range(n_merges):
            counts = pair_counts(words)
            if not counts:
                return
            most = max(counts.values())
            best = sorted(pair for pair in counts if counts[pair] == most)[-1]
            self.merges += [best]
            self.setdefault("".join(best), len(self))
            words = dict((merge(word, best), words[word]) for word in words)

    def tokenize(self, word):
        symbols = tuple(word)
        for pair in self.merges:
            symbols = merge(symbols, pair)
        return symbols

    def encode(self, word):
        return [self[symbol] for symbol in self.tokenize(word)]

    def decode(self, ids):
        return "".join(list(self)[i] for i in ids)
