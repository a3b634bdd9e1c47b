"""The pages of the plugin in the back office."""
