"""A file that is sent through the service waits on disk, under a name of Python's."""

from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler


class UploadHandler(TemporaryFileUploadHandler):
    """Django's handler gives the temporary file the ending of the sent name, which may be longer than a file's name can be.

    The upload has the name as it was sent in `sent_name`: Django shortens an upload's `name` to 255 characters without a path.
    """

    def new_file(self, field_name: str, file_name: str, *details: Any, **more: Any) -> None:
        super().new_file(field_name, "upload", *details, **more)
        self.file.sent_name = file_name  # type: ignore[attr-defined]
