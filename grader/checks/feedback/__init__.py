"""From what came of a check to what is concluded and shown."""
