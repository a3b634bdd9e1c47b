"""Benchmarks: ratios against the best hand-written equivalent, both in one run. None of them fails a build."""
