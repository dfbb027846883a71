"""From templates to a running site: what deploy_stack.py and release.py do."""
