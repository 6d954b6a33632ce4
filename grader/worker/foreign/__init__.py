"""Two files of IPython 9.18.1 as they are, under its licence (BSD, see LICENSE): how a cell becomes Python.

They need nothing but the standard library; IPython as a whole would bring fifteen packages into every kit and sandbox.
"""
