"""LEAD'S TEMPORARY STUB: overwrite this file."""


def decode_writeup(data):
    return data.decode(), []


def read_writeup(text):
    return {}
