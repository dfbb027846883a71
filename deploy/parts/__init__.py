"""What the templates of deploy/stacks/ are made of: one noun of AWS a module."""
