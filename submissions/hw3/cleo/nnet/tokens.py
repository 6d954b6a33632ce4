from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain, repeat


@dataclass(frozen=True, order=True)
class Rule:
    """Ordered as ties are decided."""

    count: int
    left: str
    right: str

    @property
    def joined(self) -> str:
        return self.left + self.right


def pair_counts(words):
    every = (repeat(pair, n) for word, n in words.items() for pair in zip(word, word[1:]))
    return Counter(chain.from_iterable(every))


def merge(symbols, pair):
    left, right = pair

    def step(done: tuple[str, ...], i: int) -> tuple[str, ...]:
        return (*done, left + right) if i in starts else (*done, symbols[i])

    starts: set[int] = set()
    for i in range(len(symbols) - 1):
        if symbols[i] == left and symbols[i + 1] == right and i - 1 not in starts:
            starts.add(i)
    return reduce(step, (i for i in range(len(symbols)) if i - 1 not in starts), ())


@dataclass
class Tokenizer:
    text: str
    n_merges: int
    rules: list[Rule] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)

    def __post_init__(self):
        words = Counter(map(tuple, self.text.split()))
        letters = sorted(set().union(*words)) if words else []
        while len(self.rules) < self.n_merges:
            rules = [Rule(n, *pair) for pair, n in pair_counts(words).items()]
            if not rules:
                break
            best = max(rules)
            self.rules.append(best)
            words = Counter({merge(word, (best.left, best.right)): n for word, n in words.items()})
        self.names = dict(enumerate(dict.fromkeys([*letters, *(rule.joined for rule in self.rules)])))

    def tokenize(self, word):
        return reduce(lambda symbols, rule: merge(symbols, (rule.left, rule.right)), self.rules, tuple(word))

    def encode(self, word):
        numbers = {symbol: number for number, symbol in self.names.items()}
        return tuple(numbers[symbol] for symbol in self.tokenize(word))

    def decode(self, ids):
        return "".join(self.names[number] for number in ids)
