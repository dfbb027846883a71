"""The service "main" of the source: to-dos. The example to copy when another app is added."""
