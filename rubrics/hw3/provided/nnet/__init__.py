"""A small network library: layers, an optimiser and a tokenizer are yours, the rest is given."""
