"""A module for submissions that lie: it answers the judge with bytes of its own instead of honest replies."""

from __future__ import annotations

FORGE = '''
import os, sys
wire = sys.modules["grader.wire"]

def worker():
    """The worker that runs this, and how many calls it is making."""
    frame, found, count = sys._getframe(), None, 1
    while frame:
        own = frame.f_locals.get("self")
        if hasattr(own, "_number") and found is None:
            found, count = own, len(frame.f_locals.get("calls", [0]))
        frame = frame.f_back
    return found, count

def send(kind, bodies, copies=1):
    """All replies of the request at once, then the end of the process."""
    own, n = worker()
    data = b"".join(wire.part(kind, bodies[i % len(bodies)]) for i in range(n * copies))
    write(wire.head_of_replies(own._number, 0, n * copies, len(data)) + data)
    os._exit(0)

def need(name):
    """Ask for a module, whatever the worker's own rules say."""
    own, _ = worker()
    body = wire.part(wire.NEED, wire.encode(name))
    write(wire.head_of_replies(own._number, 0, 1, len(body)) + body)
    os._exit(0)

def write(data):
    view = memoryview(data)
    while view:
        view = view[os.write(3, view):]
'''
