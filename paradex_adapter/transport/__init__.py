"""The only sockets and the only timers."""
