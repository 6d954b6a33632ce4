"""The zygote's command line; only the judge starts it."""

import sys

from grader.worker.zygote import main

main(sys.argv[1:])
