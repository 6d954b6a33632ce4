"""Messages between judge and worker: length-prefixed msgpack that can hold data and nothing else.

Both sides use this room; neither ever unpickles.
"""

from grader.wire.messages import (
    ARGUMENTS,
    CALL,
    COST,
    DERIVED,
    EFFECTS,
    END,
    ERROR,
    FIRST,
    GET,
    HANDLE,
    KEEP,
    KEPT,
    KINDS,
    MISMATCH,
    MISSING,
    NEED,
    NO_CAGE,
    OUT_OF_MEMORY,
    PART_HEAD,
    RAISES,
    READ,
    READY,
    REPLIES_HEAD,
    SHOW,
    TOO_LARGE,
    UNMADE,
    VALUE,
    Frames,
    body_of_frame,
    frame,
    head_of_replies,
    parse_replies,
    part,
    parts,
)
from grader.wire.values import (
    DTYPES,
    MAX_AT_ONCE,
    MAX_DEPTH,
    MAX_FRAME,
    MAX_NODES,
    Bytes,
    Mark,
    NotData,
    Ref,
    decode,
    encode,
    map_items,
    type_name,
)

__all__ = [
    "ARGUMENTS", "CALL", "COST", "DERIVED", "DTYPES", "EFFECTS", "END", "ERROR", "FIRST", "GET", "HANDLE", "KEEP",
    "KEPT", "KINDS", "MAX_AT_ONCE", "MAX_DEPTH", "MAX_FRAME", "MAX_NODES", "MISMATCH", "MISSING", "NEED", "NO_CAGE",
    "OUT_OF_MEMORY", "PART_HEAD", "RAISES", "READ", "READY", "REPLIES_HEAD", "SHOW", "TOO_LARGE", "UNMADE", "VALUE",
    "Bytes", "Frames", "Mark", "NotData", "Ref", "body_of_frame", "decode", "encode", "frame", "head_of_replies",
    "map_items", "parse_replies", "part", "parts", "type_name",
]  # fmt: skip
