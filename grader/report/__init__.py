"""Static pages that open from disk: the class for its instructors, and one page of feedback for each student."""
