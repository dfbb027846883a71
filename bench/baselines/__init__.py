"""The same routes written the straightforward way. They verify no token, check no owner and log nothing."""
