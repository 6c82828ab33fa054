"""What one run does: refine, replay or compact, and the account of its rows."""
