"""Pages and HTTP: what is asked for once, beside the socket."""
