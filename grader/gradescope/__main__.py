"""`python -m grader.gradescope prepare|run FOLDER`, as the scripts in autograder.zip call it."""

import sys
from pathlib import Path

from grader.threads import use_one_thread

if __name__ == "__main__":
    use_one_thread()
    from grader.gradescope.running import prepare, run

    action, root = sys.argv[1:]
    if action == "prepare":
        prepare(Path(root))
    elif not run(Path(root)):
        sys.exit(1)
