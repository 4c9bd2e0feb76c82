"""A node is killed in the middle of its orders' lives; another takes over."""
