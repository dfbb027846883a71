"""What both services use. It knows neither of them, so that it can be read and tested alone."""
