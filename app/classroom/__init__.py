"""A class without its sockets: who is in it, what is asked, who has answered what."""
