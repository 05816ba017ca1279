(component
  (import "wasi:sockets/tcp@0.2.3" (instance))
  (import "wasi:sockets/ip-name-lookup@0.2.3" (instance))
  (import "wasi:http/outgoing-handler@0.2.3" (instance))
)
