"""The demo company: people, three years of facts, and the command that builds and shows them. All of it is made up."""
