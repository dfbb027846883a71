"""pytest: both apps on an embedded AWS of this process's own, gone with it."""

import os

from todo_project import localaws

os.environ.update(localaws.environment(state_dir=None, port=0, site_origins=["http://localhost"]))

from todo_project.settings.both import *  # noqa: F403 needs the variables set above

# A call with a parameter that DynamoDB does not know shall fail with botocore's words, here.
OPTIMISATIONS_OFF = ["validation"]
