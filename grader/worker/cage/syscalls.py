"""System call numbers, (x86_64, aarch64), None where the call does not exist; tests compare them with libseccomp's."""

from __future__ import annotations

Numbers = tuple[int | None, int | None]

# Allowed with any arguments: they touch only the process itself and descriptors that it already has.
PLAIN: dict[str, Numbers] = {
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67), "pwrite64": (18, 68),
    "preadv": (295, 69), "pwritev": (296, 70), "close": (3, 57), "fstat": (5, 80), "lseek": (8, 62),
    "munmap": (11, 215), "mmap": (9, 222), "mprotect": (10, 226), "mremap": (25, 216), "madvise": (28, 233),
    "brk": (12, 214), "mincore": (27, 232), "msync": (26, 227),
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "rt_sigpending": (127, 136),
    "rt_sigsuspend": (130, 133), "rt_sigtimedwait": (128, 137), "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "pipe": (22, None), "pipe2": (293, 59), "dup": (32, 23), "dup2": (33, None), "dup3": (292, 24),
    "select": (23, None), "pselect6": (270, 72), "poll": (7, None), "ppoll": (271, 73), "epoll_create1": (291, 20),
    "epoll_ctl": (233, 21), "epoll_wait": (232, None), "epoll_pwait": (281, 22), "eventfd2": (290, 19),
    "shutdown": (48, 210), "recvfrom": (45, 207), "getsockname": (51, 204),
    "sched_yield": (24, 124), "nanosleep": (35, 101), "gettimeofday": (96, 169), "time": (201, None),
    "times": (100, 153),
    "setitimer": (38, 103), "getitimer": (36, 102), "alarm": (37, None),
    "getpid": (39, 172), "gettid": (186, 178), "getppid": (110, 173), "getpgrp": (111, None), "getuid": (102, 174),
    "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177), "getresuid": (118, 148),
    "getresgid": (120, 150),
    "getgroups": (115, 158), "uname": (63, 160), "getcwd": (79, 17), "umask": (95, 166), "sysinfo": (99, 179),
    "futex_waitv": (449, 449), "futex_wake": (454, 454), "futex_wait": (455, 455),
    "set_robust_list": (273, 99), "rseq": (334, 293), "set_tid_address": (218, 96),
    "arch_prctl": (158, None), "exit": (60, 93), "exit_group": (231, 94), "getrandom": (318, 278),
    "getrusage": (98, 165), "getrlimit": (97, 163), "getcpu": (309, 168), "get_mempolicy": (239, 236),
    "wait4": (61, 260), "waitid": (247, 95),
}  # fmt: skip

# Allowed for the process itself only, or with some arguments; seccomp.py says which.
GUARDED: dict[str, Numbers] = {
    "ioctl": (16, 29), "fcntl": (72, 25), "prctl": (157, 167), "prlimit64": (302, 261), "tgkill": (234, 131),
    "kill": (62, 129), "clone": (56, 220), "clone3": (435, 435), "socketpair": (53, 199), "sendto": (44, 206),
    "sched_getaffinity": (204, 123), "sched_getparam": (143, 121), "sched_getscheduler": (145, 120),
    "getpgid": (121, 155), "getsid": (124, 156), "futex": (202, 98), "getsockopt": (55, 209),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115),
}  # fmt: skip

# Calls that name a path, or list a folder. None is allowed: the worker is sealed, and to it nothing exists. (`exists`
# of pathlib would raise for any other error.)
NAMING: dict[str, Numbers] = {
    "open": (2, None), "openat": (257, 56), "openat2": (437, 437), "stat": (4, None), "lstat": (6, None),
    "newfstatat": (262, 79), "statx": (332, 291), "access": (21, None), "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "readlink": (89, None), "readlinkat": (267, 78), "getdents64": (217, 61), "chdir": (80, 49), "statfs": (137, 43),
}  # fmt: skip

SECCOMP: Numbers = (317, 277)
PIVOT_ROOT: Numbers = (155, 41)
CLOSE_RANGE: Numbers = (436, 436)
LANDLOCK_CREATE_RULESET: Numbers = (444, 444)
LANDLOCK_ADD_RULE: Numbers = (445, 445)
LANDLOCK_RESTRICT_SELF: Numbers = (446, 446)
# Numbers from here on are newer than this table: they are answered with "not there", and libc falls back.
FIRST_UNKNOWN = 463
