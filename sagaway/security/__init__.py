"""Who talks to whom, and who may listen: TLS, tokens, and which addresses need them. docs/security.md is the manual."""

from sagaway.security.addresses import stays_here
from sagaway.security.tls import ClientTls, ServerTls
from sagaway.security.token import TokenSource
from sagaway.security.watched import FileFault, Watched, read_file

__all__ = ["ClientTls", "FileFault", "ServerTls", "TokenSource", "Watched", "read_file", "stays_here"]
