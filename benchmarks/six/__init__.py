"""Six plugins with one indicator each, and one with the kinds they count."""
