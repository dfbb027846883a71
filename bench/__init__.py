"""How fast the two services are, beside plain ones that do the same: `python -m bench --help`."""
