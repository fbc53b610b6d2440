"""The rows and the things of the rooms, one module each."""
