"""What compose.yaml needs beside the production images."""
