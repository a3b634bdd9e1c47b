"""Contracts: the frozen objects in which plugins declare what they bring."""
