"""The engine: declarations become one scan, rollups, measurements and scores, without a loop over people."""
