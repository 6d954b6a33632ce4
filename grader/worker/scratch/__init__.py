"""A folder that exists only in this process: the current one, with the course's `data/` in it and room to write.

A sealed worker can name no path: its filter refuses every system call that would. So Python's own functions for files
are served from memory here, and no call to the kernel is made; whatever lies beyond the folder still reaches the
kernel, and is refused there. The model answer, which runs in the judge, gets the same folder, and so the same answers.
"""
