// Blobs on their way back: after a restore events name photos and documents that only the centre holds. Every piece is
// on the disk before the next is asked for, so a cut or a restart goes on where it broke off; the whole is believed
// only when it has its name and opens.
#include <algorithm>

#include "api/protocol/held.h"
#include "base/log.h"
#include "events/blob.h"
#include "node/sync/session.h"

namespace kiosk::sync {
namespace {

constexpr Millis k_not_there = std::chrono::hours(24);  // an import at the centre may still bring it
constexpr Millis k_no_good = std::chrono::minutes(10);

}  // namespace

Result<Progress> Session::fetch_blob_part() {
  TRY(const auto wanted, out_.wanted_blob());
  if (!wanted) return Progress{};
  const std::string& hash = wanted->hash;
  // Begun anew and later, so that it stops none behind it.
  const auto put_off = [&](const std::string& why, Millis until) -> Result<Progress> {
    log::warn("a blob does not come back", {{"blob", hash}, {"why", why}});
    TRY_DONE(out_.forget_blob_pieces(hash, until));
    return Progress{0, true};
  };
  net::Call call;
  call.path = "/v1/blobs/" + hash + "/bytes?offset=" + std::to_string(wanted->have) +
              "&limit=" + std::to_string(std::min(limits_.blob_part, protocol::k_blob_piece));
  TRY(const auto reply, exchange(std::move(call)));
  if (reply.status != 200) {
    const Fault fault = fault_of(reply);
    return fault.code == "centre_refused" ? put_off(fault.detail, k_not_there) : fault;
  }
  const auto piece = protocol::blob_piece_of(reply.headers);
  if (!piece) return unreachable("bad_reply", piece.fault().code + " " + piece.fault().field);
  if (piece->hash != hash) return unreachable("bad_reply", "the answer is about another blob");
  const auto wrap = events::wrap_blob_for_node(hash, piece->wrap, shared_, out_.keys().data);
  if (!wrap) return put_off(wrap.fault().code, k_not_there);
  const auto bytes = static_cast<std::int64_t>(reply.body.size());
  const auto have = out_.add_blob_piece({hash, piece->kind, piece->size, wanted->have, as_bytes(reply.body), *wrap});
  if (!have && have.fault().code == "blob_piece") return put_off(have.fault().detail, k_no_good);
  if (!have) return have.fault();
  if (*have == piece->size) log::info("a blob is here again", {{"blob", hash}, {"bytes", *have}});
  return Progress{bytes, true};
}

}  // namespace kiosk::sync
