"""Public pages; they only compose what the rooms offer."""
