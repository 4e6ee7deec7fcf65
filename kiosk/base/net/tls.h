// TLS contexts and connections over OpenSSL, for this room's server. The client's side is libcurl's.
// Thread: a context is shared, a connection is for one thread at a time.
#pragma once
#include <openssl/ssl.h>

#include <memory>

#include "base/net/http.h"

namespace kiosk::net {

struct SslCtxFree {
  void operator()(SSL_CTX* c) const { SSL_CTX_free(c); }
};
struct SslFree {
  void operator()(SSL* s) const { SSL_free(s); }
};
using SslCtxPtr = std::unique_ptr<SSL_CTX, SslCtxFree>;
using SslPtr = std::unique_ptr<SSL, SslFree>;

// A server's context: TLS 1.2 and up; a client certificate is asked for when `ca_pem` is given and may be absent,
// but one that does not check ends the handshake. Errors: refused tls_unusable.
Result<SslCtxPtr> server_context(const TlsIdentity& identity);
// Fills certificate, common_name, uris, serial of the peer after a handshake.
void read_peer(SSL* ssl, Peer& peer);
std::string last_tls_error();  // the oldest queued reason; the queue is emptied

}  // namespace kiosk::net
