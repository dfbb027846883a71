"""The container "files": the app `files` alone, on port 8081. The scheduled purge runs under these settings as well."""

from todo_project.settings.base import *  # noqa: F403 a settings module is its base and more
from todo_project.settings.base import INSTALLED_APPS, env

SERVICE = "files"  # its name in logs and metrics
INSTALLED_APPS = [*INSTALLED_APPS, "files"]
ROOT_URLCONF = "todo_project.urls.files"
READINESS_CHECKS = ["files.repository.check_ready", "files.storage.check_ready"]
AWS_SERVICES = ["dynamodb", "s3"]
MADE_AT_START = ["todo_project.aws.dynamodb.client", "files.storage.client"]
BIND: str = env.str("BIND", default="0.0.0.0:8081")

FILES_TABLE: str = env.str("FILES_TABLE")
ATTACHMENTS_BUCKET: str = env.str("ATTACHMENTS_BUCKET")
STORAGES: dict[str, dict[str, object]] = {
    "attachments": {
        "BACKEND": "files.storage.AttachmentStorage",
        "OPTIONS": {"bucket_name": ATTACHMENTS_BUCKET},
    },
}

# Uploads go through a file in /tmp, never through memory as a whole.
FILE_UPLOAD_HANDLERS = ["files.uploads.UploadHandler"]
