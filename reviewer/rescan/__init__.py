"""What is already published: a source is looked at again and again, and a state remembers what was in it."""
