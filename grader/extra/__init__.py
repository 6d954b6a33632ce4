"""What is optional: other machines, other programs that run checks."""
