"""The tasks of `manage.py rocketchat`, one module each.

A task has `HELP`, `add_arguments(parser)`, and `run(screen, options)`, which returns the exit status.
"""
