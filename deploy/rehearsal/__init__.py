"""The rehearsal: the generated templates in an embedded AWS, the application run on them, a visitor's journey.

``python -m deploy.rehearsal`` runs all of it. docs/rehearsal.md says what it proves and what it cannot.
"""
