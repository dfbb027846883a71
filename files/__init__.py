"""The service "files" of the source: attachments of to-dos, and the purge of what has expired."""
