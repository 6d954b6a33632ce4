"""The autograder that is uploaded to Gradescope: how it is made, and what it does there."""
