"""The review at work: one function for each action (scan, review, store). The only door for web and api."""
