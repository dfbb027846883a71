"""What a running container tells: its log lines, the ids on them, and the metrics in them."""
