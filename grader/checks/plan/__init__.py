"""The calls of a check: recorded with the reference, sent in one message, replayed on the replies.

A check is ordinary Python that calls the student's functions here and there. Carried out as written, each call would
be a journey into the sandbox and back, a tenth of a millisecond, hundreds of them a check; and the check's own work,
which is the same for every student, would be done for each. But nearly every check asks the same calls of everybody:
which come next rests on the drawn case, not on what was answered. So the check runs once with the reference while
`Recorder` writes down each step, and that list, the plan, is sent to a student whole. The answers come back in one
message and are laid beside the claims that the check made, without running it again.

That is a guess, and it is checked. A check that looked at a reply (compared it, branched on it, worked on with numpy)
has claims that hold for the reference's replies alone: its `claims` is None, and it is run anew on each student's
replies, which `Replayer` hands out as long as it asks what the plan foretold. Where it asks something else, that case
is carried out live, call by call. Where it keeps objects of the student, whose state rests on each call before, all
are. Either way the verdict is that of the check carried out call by call, and tests hold both ways against each
other.
"""
