#include "node/sync/enrolment.h"

#include <algorithm>
#include <charconv>

#include "api/protocol/central_api.h"
#include "api/protocol/enrol_code.h"
#include "base/endpoint.h"
#include "base/net/pki.h"

namespace kiosk::sync {
namespace {

constexpr const char* kUrl = "sync.url";
constexpr const char* kBranch = "sync.branch";
constexpr const char* kBranchName = "branch_name";  // the node shows it
constexpr const char* kNode = "sync.node";
constexpr const char* kCertificate = "sync.certificate";
constexpr const char* kCertificateUntil = "sync.certificate_until";
constexpr const char* kCa = "sync.ca";
constexpr const char* kKey = "sync.key";
constexpr const char* kReceiptKey = "sync.receipt_key";
constexpr const char* kBoxKey = "sync.box_key";

Result<std::string> base_of(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  const bool https = url.starts_with("https://") && url.size() > 8 && url.size() <= 300;
  const bool plain_host = https &&
                          std::all_of(url.begin() + 8, url.end(),
                                      [](char c) {
                                        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                                               (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == ':' || c == '[' ||
                                               c == ']';
                                      }) &&
                          parse_endpoint(url.substr(8), 443);
  if (!plain_host) return bad_input("central_url_invalid", "central", "https://HOST:PORT was expected");
  return url;
}

std::optional<crypto::PublicKey> public_key(ByteView b) {
  crypto::PublicKey k{};
  if (b.size() != k.size()) return std::nullopt;
  std::copy(b.begin(), b.end(), k.begin());
  return k;
}

// A refusal keeps the centre's own code: "code_used" says more than "refused".
Fault refusal(const net::Reply& reply) {
  const auto said = protocol::decode<protocol::ApiError>(reply.body);
  if (reply.status >= 500) return unreachable("centre_5xx", "HTTP status " + std::to_string(reply.status));
  if (said && !said->code.empty()) return refused(said->code, said->message, said->field);
  return refused("enrolment_refused", "HTTP status " + std::to_string(reply.status));
}

std::int64_t number(const std::string& text) {
  std::int64_t n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

}  // namespace

MakeWire http_wires(std::string proxy) {
  return [proxy = std::move(proxy)](net::Client::Options o) {
    o.proxy = proxy;
    return std::make_unique<HttpWire>(std::move(o));
  };
}

Result<Enrolment> enrol_at(branch::Outgoing& out, const MakeWire& wires, const std::string& url,
                           const std::string& typed) {
  TRY(const std::string base, base_of(url));
  TRY(const auto code, protocol::parse_enrol_code(typed));
  const auto identity = out.identity();

  // First contact: whoever answers, the code says whether its CA is the one that made the code.
  net::Client::Options first;
  first.base = base;
  first.verify = false;
  net::Call ask;
  ask.path = "/v1/ca";
  TRY(const auto ca_reply, wires(std::move(first))->send(ask));
  if (ca_reply.status != 200) return refusal(ca_reply);
  TRY(const auto ca, protocol::decode<protocol::CaReply>(ca_reply.body));
  TRY(const auto facts, net::read_certificate(ca.ca_pem));
  if (!protocol::code_knows_ca(code, facts.fingerprint))
    return refused("ca_mismatch", "the centre that answered is not the one that made this code", "central");

  Enrolment e;
  e.url = base;
  e.tls.ca_pem = ca.ca_pem;
  e.tls.key_pem = net::make_key();
  const std::string urn = std::string(net::event_key_urn) + to_hex(out.keys().signing.public_key());
  TRY(const std::string csr, net::make_csr(e.tls.key_pem, identity.node, {urn}));

  protocol::EnrolRequest request;
  request.code = code.text;
  request.csr_pem = csr;
  const auto& sign_key = out.keys().signing.public_key();
  const auto& box_key = out.keys().box.public_key();
  request.sign_key.assign(sign_key.begin(), sign_key.end());
  request.box_key.assign(box_key.begin(), box_key.end());
  request.node = identity.node;
  request.epoch = identity.epoch;
  const auto proof = out.keys().signing.sign(as_bytes(code.text + csr));
  request.proof.assign(proof.begin(), proof.end());

  net::TlsIdentity trust;
  trust.ca_pem = ca.ca_pem;
  net::Client::Options second;
  second.base = base;
  second.tls = &trust;
  net::Call post;
  post.method = "POST";
  post.path = "/v1/enrol";
  post.body = protocol::encode(request);
  TRY(const auto reply, wires(std::move(second))->send(post));
  if (reply.status != 200) return refusal(reply);
  TRY(auto answer, protocol::decode<protocol::EnrolReply>(reply.body));

  const auto receipt_key = public_key(answer.receipt_key);
  const auto centre_box = public_key(answer.box_key);
  TRY(const auto answered_ca, net::read_certificate(answer.ca_pem));
  if (!receipt_key || !centre_box || answer.branch != code.branch || answer.node != identity.node ||
      answered_ca.fingerprint != facts.fingerprint || !net::key_matches(e.tls.key_pem, answer.certificate_pem))
    return refused("enrolment_refused", "the centre's answer does not fit the request");
  e.branch = answer.branch;
  e.branch_name = answer.branch_name;
  e.node = answer.node;
  e.tls.certificate_pem = answer.certificate_pem;
  e.life = certificate_life(e.tls);
  e.certificate_until = from_ms(answer.certificate_until_ms);
  e.receipt_key = *receipt_key;
  e.box_key = *centre_box;
  e.place = std::move(answer.place);
  if (e.place.zone.empty()) e.place.zone = Zone::of_offset(answer.utc_offset_min).name();
  return e;
}

CertificateLife certificate_life(const net::TlsIdentity& tls) {
  const auto facts = net::read_certificate(tls.certificate_pem);
  if (!facts || !net::issued_by(tls.ca_pem, tls.certificate_pem) || !net::key_matches(tls.key_pem, tls.certificate_pem))
    return {};
  return {false, facts->not_before, facts->not_after};
}

bool renewal_due(const Enrolment& e, WallTime now) {
  return !e.life.foreign && now >= e.life.from + (e.life.until - e.life.from) * 2 / 3;
}

std::string certificate_trouble(const Enrolment& e, WallTime now) {
  if (e.life.foreign) return "certificate_foreign";
  if (now < e.life.from) return "certificate_not_yet";
  if (now >= e.life.until) return "certificate_expired";
  // Renewed when two thirds of its life are over: with a tenth left, that has failed for long.
  return e.life.until - now < (e.life.until - e.life.from) / 10 ? "certificate_ends_soon" : "";
}

Result<Enrolment> renew_at(branch::Outgoing& out, Wire& wire, const Enrolment& old) {
  Enrolment e;
  e.url = old.url;
  e.branch = old.branch;
  e.branch_name = old.branch_name;
  e.node = old.node;
  e.receipt_key = old.receipt_key;
  e.box_key = old.box_key;
  e.tls.ca_pem = old.tls.ca_pem;
  e.tls.key_pem = net::make_key();
  const std::string urn = std::string(net::event_key_urn) + to_hex(out.keys().signing.public_key());
  protocol::RenewRequest request;
  TRY(request.csr_pem, net::make_csr(e.tls.key_pem, e.node, {urn}));
  net::Call post;
  post.method = "POST";
  post.path = "/v1/renew";
  post.body = protocol::encode(request);
  TRY(const auto reply, wire.send(post));
  if (reply.status != 200) return refusal(reply);
  TRY(auto answer, protocol::decode<protocol::RenewReply>(reply.body));
  if (!net::key_matches(e.tls.key_pem, answer.certificate_pem))
    return refused("enrolment_refused", "the centre's certificate is not for the key that asked");
  e.tls.certificate_pem = std::move(answer.certificate_pem);
  e.life = certificate_life(e.tls);
  e.certificate_until = from_ms(answer.certificate_until_ms);
  return e;
}

Result<Done> keep(branch::Outgoing& out, const Enrolment& e) {
  TRY_DONE(out.set_notes({{kUrl, e.url},
                          {kBranch, e.branch},
                          {kBranchName, e.branch_name},
                          {kNode, e.node},
                          {kCertificate, e.tls.certificate_pem},
                          {kCertificateUntil, std::to_string(to_ms(e.certificate_until))},
                          {kCa, e.tls.ca_pem},
                          {kReceiptKey, to_base64(e.receipt_key)},
                          {kBoxKey, to_base64(e.box_key)}},
                         {{kKey, &e.tls.key_pem}}));
  return out.set_branch(e.branch);
}

Result<std::optional<Enrolment>> kept(branch::Outgoing& out) {
  Enrolment e;
  TRY(e.url, out.note(kUrl));
  if (e.url.empty()) return std::optional<Enrolment>();
  TRY(e.branch, out.note(kBranch));
  TRY(e.branch_name, out.note(kBranchName));
  TRY(e.node, out.note(kNode));
  TRY(e.tls.certificate_pem, out.note(kCertificate));
  TRY(e.tls.ca_pem, out.note(kCa));
  TRY(e.tls.key_pem, out.secret_note(kKey));
  e.life = certificate_life(e.tls);
  TRY(const std::string until, out.note(kCertificateUntil));
  TRY(const std::string receipt, out.note(kReceiptKey));
  TRY(const std::string box, out.note(kBoxKey));
  const auto receipt_key = public_key(from_base64(receipt).value_or(Bytes{}));
  const auto box_key = public_key(from_base64(box).value_or(Bytes{}));
  if (!receipt_key || !box_key || e.branch.empty() || e.tls.key_pem.empty())
    return damaged("enrolment_damaged", "what the node kept of its enrolment is not whole");
  e.receipt_key = *receipt_key;
  e.box_key = *box_key;
  e.certificate_until = from_ms(number(until));
  if (out.identity().branch != e.branch) TRY_DONE(out.set_branch(e.branch));
  return std::optional<Enrolment>(std::move(e));
}

}  // namespace kiosk::sync
