"""An HTTP server of CPython's own, as a guest: on the listener that was handed in as descriptor 3. http_guest.py COUNT"""

import socket
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import BaseServer


class Server(HTTPServer):
    def __init__(self, descriptor):
        # Its own way begins with a socket that it opens, which a guest of WASIp1 cannot.
        BaseServer.__init__(self, None, Handler)
        # Nor can it ask what its family is.
        self.socket = socket.socket(
            socket.AF_INET, socket.SOCK_STREAM, fileno=descriptor
        )

    def shutdown_request(self, request):
        # The file system inside of this CPython counts descriptors itself and knows of no connection that came in: closing
        # one closes another. The other end is told, and the rest ends with the guest.
        request.shutdown(socket.SHUT_WR)
        request.detach()


class Handler(BaseHTTPRequestHandler):
    def address_string(self):
        return "a client"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = f"POST {self.path}: {body.decode()}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        print("served", self.path, flush=True)


server = Server(3)
print("ready", flush=True)
for _ in range(int(sys.argv[1])):
    server.handle_request()
