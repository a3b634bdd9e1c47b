"""Services: every use of the platform, with its permission, transaction and errors."""
