"""The kernel's side of a filter: runs a classic BPF program over the data of one system call."""

from __future__ import annotations

import struct

ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_JUMPS = {
    0x15: lambda word, value: word == value,
    0x35: lambda word, value: word >= value,
    0x45: lambda word, value: bool(word & value),
}


def run(program: bytes, architecture: int, number: int, *arguments: int) -> int:
    """What the program returns for a call; arguments are taken modulo 2**64, as registers are."""
    words = [argument % (1 << 64) for argument in (*arguments, *(0,) * 6)[:6]]
    data = struct.pack("<IIQ6Q", number % (1 << 32), architecture, 0, *words)
    code = list(struct.iter_unpack("HBBI", program))
    accumulator = at = 0
    while True:
        operation, if_true, if_false, value = code[at]
        at += 1
        if operation == _RETURN:
            return value
        if operation == _LOAD:
            (accumulator,) = struct.unpack_from("<I", data, value)
        elif operation == _AND:
            accumulator &= value
        else:
            at += if_true if _JUMPS[operation](accumulator, value) else if_false
