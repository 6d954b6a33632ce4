"""Whether the sandbox holds on this machine: found by attempting what it forbids, never by reading feature files."""
