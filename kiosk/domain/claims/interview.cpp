// The blind interview: the officer types what the participant says; only the verdict over all of it is told.
#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "base/ids.h"
#include "domain/people/account.h"
#include "domain/people/names.h"

namespace kiosk::domain {
namespace {
constexpr std::array<std::string_view, 8> k_questions = {"name",   "birth",      "mother", "employer",
                                                         "period", "wage_range", "phone",  "address"};

// One slip of the pen for a word of five letters, two for ten; short words must be right.
bool heard_alike(std::string_view a, std::string_view b) {
  const auto x = spelled_alike(a), y = spelled_alike(b);
  const auto longer = std::max(x.size(), y.size());
  return edit_distance(x, y) <= static_cast<int>(longer >= 10 ? 2 : longer >= 5 ? 1 : 0);
}

bool name_is(std::string_view record, std::string_view said) {
  if (same_name(record, said)) return true;
  const auto truth = name_words(record), words = name_words(said);
  if (truth.size() != words.size() || truth.empty()) return false;
  for (std::size_t i = 0; i < truth.size(); ++i)
    if (!heard_alike(truth[i], words[i])) return false;
  return true;
}

int month_of(const std::string& word) {
  static constexpr std::array<std::array<std::string_view, 2>, 12> names = {{{"januari", "january"},
                                                                             {"februari", "february"},
                                                                             {"maret", "march"},
                                                                             {"april", "april"},
                                                                             {"mei", "may"},
                                                                             {"juni", "june"},
                                                                             {"juli", "july"},
                                                                             {"agustus", "august"},
                                                                             {"september", "september"},
                                                                             {"oktober", "october"},
                                                                             {"november", "november"},
                                                                             {"desember", "december"}}};
  if (word.size() < 3) return 0;
  for (std::size_t m = 0; m < names.size(); ++m)
    for (const auto name : names[m])
      if (name.starts_with(word) || word == "agt") return static_cast<int>(word == "agt" ? 8 : m + 1);
  return 0;
}

bool all_digits(const std::string& w) {
  return !w.empty() && std::all_of(w.begin(), w.end(), [](char c) { return c >= '0' && c <= '9'; });
}
int to_int(const std::string& digits) { return digits.size() > 9 ? -1 : std::atoi(digits.c_str()); }

// "17 Agustus 1965", "17-08-1965", "17/8/65", "1965-08-17", "17081965".
bool birth_is(Date record, std::string_view said) {
  auto words = words_of(said);
  if (words.size() == 1 && words[0].size() == 8 && all_digits(words[0]))
    words = {words[0].substr(0, 2), words[0].substr(2, 2), words[0].substr(4)};
  if (words.size() != 3) return false;
  if (all_digits(words[0]) && words[0].size() == 4) std::swap(words[0], words[2]);  // ISO: the year first
  if (!all_digits(words[0]) || !all_digits(words[2])) return false;
  const int month = all_digits(words[1]) ? to_int(words[1]) : month_of(words[1]);
  const int year = to_int(words[2]);
  const bool year_right = words[2].size() == 2 ? year == record.year() % 100 : year == record.year();
  return year_right && month == record.month() && to_int(words[0]) == record.day();
}

// The last employment: one that still runs, else the one that ended last.
const Membership* last_membership(const Participant& p) {
  const Membership* last = nullptr;
  const auto rank = [](const Membership& m) {
    return std::pair{m.status == MembershipStatus::Active ? *Date::of(2200, 1, 1) : m.ended.value_or(m.since), m.since};
  };
  for (const auto& m : p.memberships)
    if (!last || rank(*last) < rank(m)) last = &m;
  return last;
}

bool significant(const std::string& w, std::initializer_list<std::string_view> noise) {
  return std::find(noise.begin(), noise.end(), w) == noise.end();
}

// Of the record's telling words at least half must be said, and nothing said may be foreign to it in the majority.
bool words_agree(std::string_view record, std::string_view said, std::initializer_list<std::string_view> noise) {
  std::vector<std::string> truth, words;
  for (auto& w : words_of(record))
    if (significant(w, noise)) truth.push_back(std::move(w));
  for (auto& w : words_of(said))
    if (significant(w, noise)) words.push_back(std::move(w));
  if (truth.empty() || words.empty()) return false;
  std::size_t said_of_truth = 0, foreign = 0;
  for (const auto& t : truth)
    said_of_truth += std::any_of(words.begin(), words.end(), [&](const auto& w) { return heard_alike(t, w); });
  for (const auto& w : words)
    foreign += std::none_of(truth.begin(), truth.end(), [&](const auto& t) { return heard_alike(t, w); });
  return said_of_truth * 2 >= truth.size() && foreign * 2 <= words.size();
}

bool employer_is(std::string_view record, std::string_view said) {
  return words_agree(record, said,
                     {"pt", "cv", "ud", "pd", "tbk", "persero", "perusahaan", "firma", "koperasi", "yayasan", "toko",
                      "bapak", "ibu", "di", "dan", "the"});
}
bool address_is(std::string_view record, std::string_view said) {
  return words_agree(record, said, {"jl",    "jln", "jalan",     "gg",        "gang", "no",        "nomor",
                                    "rt",    "rw",  "kel",       "kelurahan", "kec",  "kecamatan", "desa",
                                    "dusun", "kab", "kabupaten", "kota",      "prov", "provinsi",  "blok"});
}

std::vector<int> years_in(std::string_view text) {
  std::vector<int> years;
  for (const auto& w : words_of(text))
    if (w.size() == 4 && all_digits(w)) years.push_back(to_int(w));
  return years;
}

// "2009 sampai 2019": each within a year of the truth. Still working: the first year and a word for "until now".
bool period_is(const Membership& m, std::string_view said) {
  const auto years = years_in(said);
  const auto near = [](int a, int b) { return std::abs(a - b) <= 1; };
  if (years.empty() || years.size() > 2 || !near(years[0], m.since.year())) return false;
  if (years.size() == 2) return m.ended && near(years[1], m.ended->year());
  if (m.ended) return near(m.ended->year(), m.since.year());  // a short job: one year says it all
  const auto words = words_of(said);
  return contains(words, "sekarang") || contains(words, "kini") || contains(words, "now");
}

// Amounts in rupiah: "4.500.000", "4,5 juta", "3-5 juta", "800 ribu".
std::vector<double> amounts_in(std::string_view text) {
  std::vector<double> found;
  double pending_scale = 1;
  for (std::size_t i = text.size(); i > 0;) {  // backwards, so that "juta" reaches the numbers before it
    const char c = text[i - 1];
    if (c >= '0' && c <= '9') {
      std::size_t from = i;
      while (from > 0 &&
             ((text[from - 1] >= '0' && text[from - 1] <= '9') || text[from - 1] == '.' || text[from - 1] == ','))
        --from;
      const auto token = text.substr(from, i - from);
      const auto mark = token.find_last_of(".,");
      const bool fraction = mark != std::string_view::npos && token.size() - mark - 1 < 3;
      double whole = 0, part = 0, unit = 1;
      for (std::size_t k = 0; k < token.size(); ++k) {
        if (token[k] == '.' || token[k] == ',') continue;
        if (fraction && k > mark)
          part += (token[k] - '0') * (unit /= 10);
        else
          whole = whole * 10 + (token[k] - '0');
      }
      found.push_back((whole + part) * pending_scale);
      i = from;
    } else {
      std::size_t from = i;
      while (from > 0 && std::isalpha(static_cast<unsigned char>(text[from - 1]))) --from;
      if (from == i) {
        --i;
        continue;
      }
      std::string word(text.substr(from, i - from));
      for (auto& ch : word) ch = static_cast<char>(std::tolower(static_cast<unsigned char>(ch)));
      if (word == "juta" || word == "jt" || word == "million")
        pending_scale = 1e6;
      else if (word == "ribu" || word == "rb" || word == "k" || word == "thousand")
        pending_scale = 1e3;
      i = from;
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

// One amount within a quarter of the wage, or a range that holds it and is no wider than double its lower end.
bool wage_is(Rupiah record, std::string_view said) {
  const auto amounts = amounts_in(said);
  const auto wage = static_cast<double>(record.value);
  if (amounts.size() == 1) return std::abs(amounts[0] - wage) <= wage / 4;
  return amounts.size() == 2 && amounts[0] <= wage && wage <= amounts[1] && amounts[1] <= amounts[0] * 2;
}

bool phone_is(std::string_view record, std::string_view said) {
  const auto a = normalise_phone(record), b = normalise_phone(said);
  return a.ok() && b.ok() && *a == *b;
}

bool on_record(const Participant& p, std::string_view question) {
  const Membership* m = last_membership(p);
  if (question == "name") return !p.name.empty();
  if (question == "mother") return !p.mother.empty();
  if (question == "employer") return m && !m->employer.empty();
  if (question == "period") return m != nullptr;
  if (question == "wage_range") return m && m->wage.value > 0;
  if (question == "phone") return normalise_phone(p.phone).ok();
  if (question == "address") return !p.address.empty();
  return question == "birth";
}

bool is_right(const Participant& p, const Answer& a) {
  if (!on_record(p, a.question)) return false;
  if (a.question == "name") return name_is(p.name, a.text);
  if (a.question == "birth") return birth_is(p.birth, a.text);
  if (a.question == "mother") return name_is(p.mother, a.text);
  if (a.question == "phone") return phone_is(p.phone, a.text);
  if (a.question == "address") return address_is(p.address, a.text);
  const Membership& m = *last_membership(p);
  if (a.question == "employer") return employer_is(m.employer, a.text);
  if (a.question == "period") return period_is(m, a.text);
  if (a.question == "wage_range") return wage_is(m.wage, a.text);
  return false;
}

std::vector<std::string> draw(std::uint64_t seed, std::vector<std::string> from, const Rules& rules) {
  SeededRandom random(seed);
  std::vector<std::string> out;
  while (!from.empty() && out.size() < static_cast<std::size_t>(rules.interview_questions)) {
    const auto i = static_cast<std::ptrdiff_t>(random.below(from.size()));
    out.push_back(std::move(from[static_cast<std::size_t>(i)]));
    from.erase(from.begin() + i);
  }
  return out;
}
}  // namespace

InterviewVerdict judge_interview(const Participant& record, const std::vector<Answer>& answers, const Rules& rules) {
  InterviewVerdict out;
  std::set<std::string> seen;
  for (const auto& a : answers) {
    ++out.asked;
    if (seen.insert(a.question).second && is_right(record, a)) ++out.right;
  }
  const int wrong_allowed = rules.interview_questions - rules.interview_pass;
  out.passed = out.asked >= rules.interview_questions && out.asked - out.right <= wrong_allowed;
  return out;
}

std::vector<std::string> interview_questions(std::uint64_t seed, const Rules& rules) {
  return draw(seed, {k_questions.begin(), k_questions.end()}, rules);
}

std::vector<std::string> interview_questions(std::uint64_t seed, const Participant& record, const Rules& rules) {
  std::vector<std::string> askable;
  for (const auto q : k_questions)
    if (on_record(record, q)) askable.emplace_back(q);
  return draw(seed, std::move(askable), rules);
}

}  // namespace kiosk::domain
