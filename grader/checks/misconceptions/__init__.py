"""Known wrong answers: read, observed, and recognised in a student's replies."""
