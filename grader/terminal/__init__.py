"""What the terminal shows: progress and a table of a class, a submission in detail, a lesson for its author."""
