"""What joins the rooms into one product: settings, URLs, task wiring, the command line."""
