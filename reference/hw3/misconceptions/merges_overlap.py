"""Pairs are joined from the left without overlap: here ("a", "a", "a") becomes ("aa", "aa")."""

REPLACES = "nnet.tokens.merge"


def merge(symbols, pair):
    merged = []
    for i, symbol in enumerate(symbols):
        if symbols[i : i + 2] == pair:
            merged.append(pair[0] + pair[1])
        elif symbols[i - 1 : i + 1] != pair or i == 0:
            merged.append(symbol)
    return tuple(merged)
