# The host's services, on the loopback and by abstract name.
# expect: ok
# user: too
import socket

import wall

wall.refused("tcp", socket.create_connection, ("127.0.0.1", wall.HOST_PORT), 2)
wall.refused("any", socket.create_connection, ("0.0.0.0", wall.HOST_PORT), 2)
wall.refused("tcp6", socket.create_connection, ("::1", wall.HOST_PORT), 2)
wall.refused("mapped", socket.create_connection, ("::ffff:127.0.0.1", wall.HOST_PORT), 2)
wall.refused("name", socket.create_connection, ("localhost", wall.HOST_PORT), 2)


def unix(kind):
    socket.socket(socket.AF_UNIX, kind).connect("\0" + wall.HOST_SOCKET)


wall.refused("abstract", unix, socket.SOCK_STREAM)
wall.refused("datagram", unix, socket.SOCK_DGRAM)
wall.held()
