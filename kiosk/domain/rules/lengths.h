// How long what people type may be: one length for a field, at every door. Kiosk, counter, command line, node and
// centre ask this table, so that nothing that was typed at one door is cut or refused at the next.
// Units: characters (Unicode code points); k_most_bytes is what the protocol carries of any of them.
// Source: a name on a KTP has at most 60 characters (Permendagri 73/2022 art. 4); records and passports know longer
// ones, so twice that. Free texts: what fits on a page of the kiosk in its largest letters.
#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text.h"

namespace kiosk::domain {

struct FieldLength {
  std::string_view field;  // as faults name it, without what stands before its last dot
  std::size_t characters;
};
constexpr std::size_t k_name_characters = 120, k_name_bytes = 256;
constexpr std::size_t k_free_text_characters = 200, k_free_text_bytes = 500;
constexpr std::size_t k_notice_bytes = 160;  // a notice is bounded in bytes, as the protocol carries it

constexpr std::array<FieldLength, 11> k_field_lengths = {{{"name", k_name_characters},
                                                          {"own_name", k_name_characters},
                                                          {"participant_name", k_name_characters},
                                                          {"mother", k_name_characters},
                                                          {"holder", k_name_characters},
                                                          {"employer", k_name_characters},
                                                          {"treated_at", k_name_characters},
                                                          {"birth_place", k_name_characters},
                                                          {"passport", 12},
                                                          {"address", k_free_text_characters},
                                                          {"what", k_free_text_characters}}};

// The table's length; 0: no field of the table. constexpr, so that a page's limit is the table's at compile time.
constexpr std::size_t length_of(std::string_view field) {
  if (const auto dot = field.rfind('.'); dot != std::string_view::npos) field.remove_prefix(dot + 1);
  for (const auto& f : k_field_lengths)
    if (f.field == field) return f.characters;
  return 0;
}

// Too long for its field: bad_input `code`, the field and its limit in the detail. A field the table does not know is
// measured as a free text.
inline Result<Done> fits(std::string_view typed, const std::string& field, const char* code) {
  const std::size_t known = length_of(field), most = known ? known : k_free_text_characters;
  const std::size_t bytes = most <= k_name_characters ? k_name_bytes : k_free_text_bytes;
  if (typed.size() <= bytes && text::length(typed) <= most) return Done{};
  return bad_input(code, field, "at most " + std::to_string(most) + " characters");
}

}  // namespace kiosk::domain
