"""What this app prints."""
