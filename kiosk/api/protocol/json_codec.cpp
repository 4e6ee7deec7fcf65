#include "api/protocol/json_codec.h"

namespace kiosk::protocol {

void unreadable(std::string code, const std::string& field, std::string expected) {
  throw Unreadable{bad_input(std::move(code), field.empty() ? "body" : field, std::move(expected))};
}

In In::at(const char* key) const {
  const std::string path = path_.empty() ? key : path_ + "." + key;
  if (!j_->is_object()) unreadable("field_type", path_, "an object");
  const auto it = j_->find(key);
  if (it == j_->end() || it->is_null()) unreadable("field_missing", path, "it is required");
  return {*it, path};
}

std::optional<In> In::maybe(const char* key) const {
  if (!j_->is_object()) unreadable("field_type", path_, "an object");
  const auto it = j_->find(key);
  if (it == j_->end() || it->is_null()) return std::nullopt;
  return In(*it, path_.empty() ? key : path_ + "." + key);
}

std::vector<In> In::list(std::size_t max) const {
  if (!j_->is_array()) unreadable("field_type", path_, "a list");
  if (j_->size() > max) unreadable("field_length", path_, "at most " + std::to_string(max) + " entries");
  std::vector<In> out;
  out.reserve(j_->size());
  for (std::size_t i = 0; i < j_->size(); ++i) out.emplace_back((*j_)[i], path_ + "[" + std::to_string(i) + "]");
  return out;
}

std::string In::text(std::size_t max, std::size_t min) const {
  const auto* s = j_->get_ptr<const std::string*>();
  if (!s) unreadable("field_type", path_, "text");
  if (s->size() > max) unreadable("field_length", path_, "at most " + std::to_string(max) + " bytes");
  if (s->size() < min) unreadable("field_length", path_, "at least " + std::to_string(min) + " bytes");
  return *s;
}

std::int64_t In::integer(std::int64_t min, std::int64_t max) const {
  if (!j_->is_number_integer()) unreadable("field_type", path_, "a whole number");
  if (j_->is_number_unsigned() && j_->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
    unreadable("field_range", path_, "at most " + std::to_string(max));
  const auto v = j_->get<std::int64_t>();
  if (v < min || v > max) unreadable("field_range", path_, std::to_string(min) + " to " + std::to_string(max));
  return v;
}

double In::number(double min, double max) const {
  if (!j_->is_number()) unreadable("field_type", path_, "a number");
  const double v = j_->get<double>();
  if (!(v >= min && v <= max)) unreadable("field_range", path_, std::to_string(min) + " to " + std::to_string(max));
  return v;
}

bool In::boolean() const {
  if (!j_->is_boolean()) unreadable("field_type", path_, "true or false");
  return j_->get<bool>();
}

Bytes In::bytes(std::size_t max) const {
  const auto* s = j_->get_ptr<const std::string*>();
  if (!s) unreadable("field_type", path_, "base64 text");
  if (s->size() > (max * 4 + 2) / 3) unreadable("field_length", path_, "at most " + std::to_string(max) + " bytes");
  auto b = from_base64(*s);
  if (!b) unreadable("field_value", path_, "base64 (URL alphabet, no padding)");
  return std::move(*b);
}

Date In::date() const {
  auto d = Date::parse(text(16), path_);
  if (!d) throw Unreadable{std::move(d).fault()};
  return *d;
}

Uuid In::uuid() const {
  const std::string t = text(36);
  if (t.empty()) return {};
  auto id = Uuid::parse(t, path_);
  if (!id) throw Unreadable{std::move(id).fault()};
  return *id;
}

std::string In::text_or(const char* key, std::size_t max, std::string otherwise) const {
  const auto v = maybe(key);
  return v ? v->text(max) : otherwise;
}

std::int64_t In::integer_or(const char* key, std::int64_t min, std::int64_t max, std::int64_t otherwise) const {
  const auto v = maybe(key);
  return v ? v->integer(min, max) : otherwise;
}

bool In::boolean_or(const char* key, bool otherwise) const {
  const auto v = maybe(key);
  return v ? v->boolean() : otherwise;
}

std::string dump(const Json& j) { return j.dump(-1, ' ', false, Json::error_handler_t::replace); }

namespace {
// A body of a million brackets would otherwise build a million nested values. Looked for beforehand: the parser's own
// callback makes it walk a list anew for each object in it, and a list of 200,000 takes it minutes.
bool is_deep(std::string_view text) {
  constexpr int max_depth = 33;
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      quoted = c != '"';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      if (++depth > max_depth) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}
}  // namespace

Result<Json> parse(std::string_view text) {
  if (is_deep(text)) return bad_input("json_unreadable", "body", "nested too deeply");
  Json j = Json::parse(text.begin(), text.end(), nullptr, false);
  if (j.is_discarded()) return bad_input("json_unreadable", "body", "JSON in UTF-8");
  return j;
}

}  // namespace kiosk::protocol
