"""``bole org``: org versions listed, compared, drafted, put in force, rolled back, exported and imported."""

from bole_reorganisation.cli.program import org

__all__ = ["org"]
