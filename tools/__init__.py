"""Small programs that make and CI call; none of them is installed."""
