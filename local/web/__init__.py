"""Development only: what a browser needs around the API on a laptop: a login for the browsable API, the web application."""
