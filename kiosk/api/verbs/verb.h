// What a verb is: one struct that holds what is asked (its fields, described by `fields`), `Reply`, and its `Verb`:
// wire name, summary and who may ask it. A header of verbs ends with a VerbList; from the lists come the interface
// Branch, the HTTP client, the server's routes, the codecs, the OpenAPI file, the rights on the LAN, the fuzzer's seeds
// and the tests' fake. A struct without a Verb, and so without an access rule, fits in no list. Values, any thread.
#pragma once
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "api/verbs/bounds.h"
#include "base/clock.h"
#include "base/result.h"
#include "domain/people/person.h"

namespace kiosk::verbs {

// Terminals on the LAN that may ask, as bits. On the box itself (Unix socket) everything may be asked: who may open the
// socket may open the store.
using Terminals = unsigned;
namespace terminals {
constexpr Terminals box = 0, kiosk = 1, counter = 2, board = 4, person = kiosk | counter, any = person | board;
}
// An officer's right that the node demands in any case: None also for what an officer may do beside the person, whose
// right is demanded when there is a session; Session is any officer's.
enum class Right { None, Session, Call, Claim, Interview, Reset, Approve, Report, Admin };
enum class Purpose { Open };  // no purpose has to be given

struct Access {
  consteval Access(Terminals t, Right r, Purpose p) : terminals(t), right(r), purpose(p) {}
  Terminals terminals;
  Right right;
  Purpose purpose;
};

// How a verb travels. BytesThere: the request's body is a file (PutBlob). BytesBack: the answer's is. Stream: no route
// of its own, its answers are pushed (GET /v1/changes).
enum class Carriage { Json, BytesThere, BytesBack, Stream };

struct Verb {
  consteval Verb(std::string_view n, std::string_view s, Access a, Carriage c = Carriage::Json, Millis l = {})
      : name(n), summary(s), access(a), carriage(c), longer(l) {}
  std::string_view name, summary;
  Access access;
  Carriage carriage;
  Millis longer;  // than other calls may it take
};

template <class V>
concept IsVerb = requires {
  typename V::Reply;
  requires std::is_same_v<decltype(V::verb), const Verb>;
};

template <IsVerb... V>
struct VerbList {
  static constexpr std::size_t size = sizeof...(V);
  // f.template operator()<V>() for each, in order.
  template <class F>
  static constexpr void each(F&& f) {
    (f.template operator()<V>(), ...);
  }
  template <class Of>
  static constexpr std::size_t index_of() {
    std::size_t at = 0;
    (void)((std::is_same_v<V, Of> || (++at, false)) || ...);
    return at;
  }
};
template <class... L>
struct Join;
template <class... A>
struct Join<VerbList<A...>> {
  using List = VerbList<A...>;
};
template <class... A, class... B, class... L>
struct Join<VerbList<A...>, VerbList<B...>, L...> {
  using List = typename Join<VerbList<A..., B...>, L...>::List;
};

// The interface: a virtual function a verb, made from the list.
struct Actor;
template <class List>
class Asks;
template <>
class Asks<VerbList<>> {
 public:
  virtual ~Asks() = default;
  void on() = delete;
};
template <class V, class... Rest>
class Asks<VerbList<V, Rest...>> : public Asks<VerbList<Rest...>> {
 public:
  using Asks<VerbList<Rest...>>::on;
  virtual Result<typename V::Reply> on(const Actor&, const V&) = 0;
};

// Implements every verb of `Base` by D::perform(actor, request): for those that hand all verbs on, or script them.
template <class D, class Base, class List>
class Performs;
template <class D, class Base>
class Performs<D, Base, VerbList<>> : public Base {};
template <class D, class Base, class V, class... Rest>
class Performs<D, Base, VerbList<V, Rest...>> : public Performs<D, Base, VerbList<Rest...>> {
 public:
  using Performs<D, Base, VerbList<Rest...>>::on;
  Result<typename V::Reply> on(const Actor& who, const V& asked) override {
    return static_cast<D*>(this)->perform(who, asked);
  }
};

// What a value that holds a person is before it is read.
inline domain::PersonId no_person() { return domain::PersonId(domain::Passport{}); }

}  // namespace kiosk::verbs
