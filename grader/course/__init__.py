"""Where a course's things lie, and how its Python is loaded."""
