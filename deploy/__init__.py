"""The AWS deployment, written in Python with troposphere.

Imports nothing of Django, so that it runs before anything else does.
"""
