"""How fast the two services are, beside plain ones that do the same: `make bench`, or `python -m bench --help`."""
