"""The rehearsal: the generated templates in an embedded AWS, the application run on them, a visitor's journey.

``python -m deploy.rehearsal`` runs all of it. docs/how-to/rehearsal.md says what it proves and what it cannot.
"""
