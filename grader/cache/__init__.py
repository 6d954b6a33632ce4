"""What may be taken over from an earlier run: keys, prepared checks, values as bytes."""
