"""The service "files" of the source: attachments of to-dos, and the sweeper of what must vanish."""
