// The facts an officer starts with, asked at the kiosk: each topic is a list of questions, one a page. Data, so that
// a branch's practice is changed in one place. Thread: values that last as long as the program. Source:
// kiosk/docs/facts.md "Field studies" (what branches ask for); nothing is decided from an answer.
#pragma once
#include <span>
#include <string_view>

namespace kiosk::flow::kiosk {

enum class Field { Text, Digits, Money, Phone, Day, Choice };

struct Question {
  std::string_view id;  // of the answer, and of its words: intake.<id>.heading, .lead, .row
  Field kind = Field::Text;
  int least = 1, most = 0;  // characters; of a text that of domain/rules/lengths.h
  bool optional = false;
  std::span<const std::string_view> options = {};  // words: intake.<id>.<option>
};
struct Topic {
  std::string_view id;    // also the kind that the branch keeps it under, and intake.topic.<id>
  bool passport = false;  // the person has no NIK: asked among the questions
  std::span<const Question> questions;
};
const Topic* topic_by_id(std::string_view id);  // null: no such topic

// Whether an answer of that name is a sum in rupiah, wherever it is shown.
bool is_money(std::string_view field);

// What of a record a person may say to be wrong, in the order shown. A NIK is never corrected: it is permanent, also
// when a birth date is (kiosk/docs/facts.md "Numbers").
std::span<const Question> correctable();

}  // namespace kiosk::flow::kiosk
