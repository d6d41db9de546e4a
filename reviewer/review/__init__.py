"""What people decide about a draft, and the proof of it: pure functions and frozen nouns, but for the key folder."""
