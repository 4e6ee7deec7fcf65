#include "api/protocol/branch_api.h"

#include <array>

#include "api/protocol/describe_verbs.h"

namespace kiosk::protocol {

template <class T>
std::string to_wire(const T& value) {
  return describe::write(value);
}
template <class T>
Result<T> from_wire(std::string_view json) {
  return describe::read<T>(json);
}

template std::string to_wire(const TerminalKept&);
template Result<TerminalKept> from_wire(std::string_view);
template std::string to_wire(const verbs::Changes&);
template Result<verbs::Changes> from_wire(std::string_view);
template std::string to_wire(const verbs::JoinTerminal&);
template Result<verbs::TerminalCertificate> from_wire(std::string_view);

namespace {

// An answer's form on the wire: lists and plain values in an object of their own.
template <class T>
struct WireForm {
  static std::string write(const T& v) { return describe::write(v); }
  static Result<T> read(std::string_view body) { return describe::read<T>(body); }
};
template <class T>
struct WireForm<std::vector<T>> {
  static std::string write(const std::vector<T>& v) {
    describe::WipedJson j(Json::object());
    describe::Writer::put(j.json["items"], v);
    return j.json.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  static Result<std::vector<T>> read(std::string_view body) {
    TRY(auto list, describe::read<ItemsOf<T>>(body));
    return std::move(list.items);
  }
};
template <>
struct WireForm<Done> {
  static std::string write(const Done&) { return "{}"; }
  static Result<Done> read(std::string_view) { return Done{}; }
};
template <>
struct WireForm<Bytes> {
  static std::string write(const Bytes& v) { return std::string(as_text(v)); }
  static Result<Bytes> read(std::string_view body) {
    const ByteView view = as_bytes(body);
    return Bytes(view.begin(), view.end());
  }
};
template <>
struct WireForm<std::string> {
  static std::string write(const std::string& blob) { return describe::write(BlobAnswered{blob}); }
  static Result<std::string> read(std::string_view body) {
    TRY(auto answer, describe::read<BlobAnswered>(body));
    return std::move(answer.blob);
  }
};
// The body is the file itself; its kind travels beside it.
template <>
struct WireForm<verbs::PutBlob> {
  static std::string write(const verbs::PutBlob& v) { return std::string(as_text(v.bytes)); }
  static Result<verbs::PutBlob> read(std::string_view body) { return verbs::PutBlob{{}, as_bytes(body)}; }
};
template <>
struct WireForm<verbs::WaitChanges> {
  static std::string write(const verbs::WaitChanges&) { return {}; }
  static Result<verbs::WaitChanges> read(std::string_view) { return verbs::WaitChanges{}; }
};

template <class T>
std::string write_one(const void* v) {
  return WireForm<T>::write(*static_cast<const T*>(v));
}
template <class T>
std::optional<Fault> read_one(std::string_view body, void* into) {
  auto v = WireForm<T>::read(body);
  if (!v) return std::move(v).fault();
  static_cast<std::optional<T>*>(into)->emplace(std::move(v).value());
  return std::nullopt;
}
template <class V>
constexpr VerbCodec codec_for() {
  return {write_one<V>, read_one<V>, write_one<typename V::Reply>, read_one<typename V::Reply>};
}
template <class... V>
constexpr std::array<VerbCodec, sizeof...(V)> codecs_for(verbs::VerbList<V...>) {
  return {codec_for<V>()...};
}
constexpr auto k_codecs = codecs_for(verbs::AllVerbs{});

}  // namespace

const VerbCodec& codec_at(std::size_t index) { return k_codecs.at(index); }

namespace {

std::string_view kind_code(FaultKind kind) {
  switch (kind) {
    case FaultKind::Refused:
      return "refused";
    case FaultKind::BadInput:
      return "bad_input";
    case FaultKind::Unreachable:
      return "unreachable";
    case FaultKind::Damaged:
      return "damaged";
  }
  return "refused";
}

}  // namespace

std::string fault_to_wire(const Fault& fault) {
  const Json body{{"fault",
                   {{"kind", std::string(kind_code(fault.kind))},
                    {"code", fault.code},
                    {"field", fault.field},
                    {"detail", fault.detail}}}};
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

int status_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::Refused:
      return 409;
    case FaultKind::BadInput:
      return 400;
    case FaultKind::Unreachable:
      return 503;
    case FaultKind::Damaged:
      return 500;
  }
  return 500;
}

std::optional<Fault> fault_from_wire(std::string_view json) {
  const Json j = Json::parse(json, nullptr, false);
  const auto text = [](const Json& o, const char* key) {
    const auto it = o.find(key);
    return it != o.end() && it->is_string() ? it->get<std::string>() : std::string();
  };
  if (!j.is_object()) return std::nullopt;
  const auto body = j.find("fault");
  if (body == j.end() || !body->is_object()) return std::nullopt;
  Fault f;
  f.code = text(*body, "code");
  f.field = text(*body, "field");
  f.detail = text(*body, "detail");
  const std::string kind = text(*body, "kind");
  for (const auto k : {FaultKind::Refused, FaultKind::BadInput, FaultKind::Unreachable, FaultKind::Damaged})
    if (kind_code(k) == kind) {
      f.kind = k;
      if (f.code.empty()) break;
      return f;
    }
  return std::nullopt;
}

}  // namespace kiosk::protocol
