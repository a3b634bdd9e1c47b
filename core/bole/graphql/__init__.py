"""What a plugin declares its part of the GraphQL schema with."""

from bole.contracts.schema import Call, Column, Connection, Dated, Extension, Filter, GraphQLPart, Kind, Lookup, Many, One, Step, Type, step

__all__ = ["Call", "Column", "Connection", "Dated", "Extension", "Filter", "GraphQLPart", "Kind", "Lookup", "Many", "One", "Step", "Type", "step"]
