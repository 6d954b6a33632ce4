"""The page where people grade what people must: a queue per check, alike answers, drafts that are not lost."""
