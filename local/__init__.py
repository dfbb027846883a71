"""What only development runs: the embedded AWS, the browsable API's login, the web page. Never in an image."""
