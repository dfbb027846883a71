"""What deploy.py calls: from templates to a running site."""
