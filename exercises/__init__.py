"""Exercises with a check each: `make exercise N=1`. docs/exercises.md has the tasks.

An exercise is a module with ``FILES``, what you start from, and ``check``, which yields a sentence for each mistake that is left.
"""
