"""What a new installation starts with; staff edit all of it."""
