"""What an instructor writes a check against: the student, and the claims about what comes back."""
