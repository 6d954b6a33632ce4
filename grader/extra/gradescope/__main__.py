"""`python -m grader.extra.gradescope prepare|run FOLDER`, as the scripts in autograder.zip call it."""

import sys
from pathlib import Path

from grader.sandbox.threads import use_one_thread

if __name__ == "__main__":
    use_one_thread()
    from grader.extra.gradescope.running import prepare, run

    action, root = sys.argv[1:]
    if not (prepare if action == "prepare" else run)(Path(root)):
        sys.exit(1)
