"""What runs inside the sandbox; it imports nothing of grader but `wire`, so nothing here can know an answer."""
