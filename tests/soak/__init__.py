"""The site in use for a long time, and broken on purpose: started by script/soak, not collected by pytest."""
