"""pytest: both apps on an embedded AWS of this process's own, gone with it."""

import os

from local import aws

# This embedded AWS is not measured, which would double what every test pays for it: tests/local measures its own. And it takes
# every `AWS_…` variable away.
_kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(("COVERAGE_", "AWS_FAST_PATH"))}
os.environ.update(aws.environment(state_dir=None, port=0, site_origins=["http://localhost"]))
os.environ.update(_kept)

from todo_project.settings.both import *  # noqa: E402, F403 needs the variables set above
