#include "terminal/paper/paper.h"

#include <algorithm>
#include <chrono>

#include "base/i18n/i18n.h"
#include "terminal/paper/escpos.h"

namespace kiosk::paper {
namespace {

using i18n::Language;

const Language& words_of(const Style& style) {
  static const i18n::Texts built = [] {
    auto loaded = i18n::Texts::load(i18n::assets("i18n"));
    // Without its texts a paper still carries its numbers and codes; the keys stand where words would.
    return loaded ? std::move(loaded).value() : i18n::Texts::of({{"id", {}}});
  }();
  return (style.texts ? *style.texts : built).language(style.language);
}

class Sheet {
 public:
  explicit Sheet(const Style& style) : page(style.roll), words(words_of(style)), style_(style) {
    page.centre();
    page.raster(logo());
    if (!style.branch_name.empty()) page.strong(style.branch_name);
    page.feed(1);
  }
  std::string when(WallTime t) const {
    return words.date_time(t, style_.zone.offset(t)) + " " + style_.zone.abbreviation();
  }
  void qr(const std::string& content) {
    if (content.empty()) return;
    page.centre();
    for (const auto& r : qr_raster(content, page.dots())) page.raster(r);
    page.left();
  }
  void as_of(std::optional<WallTime> record) {
    if (record) page.text(words("paper.kpj.as_of", {{"time", when(*record)}}));
  }
  // To be filled in by hand, up to the edge of the paper.
  void blank(const std::string& name = {}) {
    const std::string start = name.empty() ? name : to_ascii(name) + ' ';
    const auto width = static_cast<std::size_t>(page.columns());
    page.text(start + std::string(width - std::min(width, start.size()), '_'));
  }
  // What to do next, then that it is free: the end of every paper.
  Bytes finish(std::initializer_list<std::string> next) {
    page.left();
    page.rule();
    page.strong(words("paper.next"));
    for (const auto& line : next)
      if (!line.empty()) page.text(line);
    page.rule();
    page.centre();
    page.strong(words("paper.free"));
    return page.finish();
  }
  Page page;
  const Language& words;

 private:
  const Style& style_;
};

std::string text_or(const Language& words, const std::string& key, const std::string& otherwise) {
  const std::string text = words(key);
  return text == key ? otherwise : text;
}

}  // namespace

Bytes ticket(const TicketPaper& t, const Style& style) {
  Sheet s(style);
  s.page.text(s.words("paper.ticket.title"));
  s.page.big(t.number);
  s.page.strong(t.service);
  if (t.priority != domain::Priority::Normal) s.page.strong(s.words("paper.ticket.priority"));
  s.page.feed(1);
  s.page.left();
  if (t.slot_from && t.slot_to) {
    const auto offset = style.zone.offset(*t.slot_from);
    s.page.strong(
        s.words("paper.ticket.slot", {{"from", s.words.time(*t.slot_from, offset)},
                                      {"to", s.words.time(*t.slot_to, offset) + " " + style.zone.abbreviation()}}));
  } else {
    s.page.text(t.people_ahead == 0 ? s.words("paper.ticket.first")
                                    : s.words("paper.ticket.ahead", {{"count", s.words.number(t.people_ahead)}}));
    s.page.text(
        t.wait_low_min && t.wait_high_min
            ? s.words("paper.ticket.wait", {{"range", s.words.minutes_range(*t.wait_low_min, *t.wait_high_min)}})
            : s.words("paper.ticket.wait_unknown"));
  }
  s.page.text(s.when(t.issued_at));
  s.qr(t.qr);
  return s.finish({s.words(t.slot_from ? "paper.ticket.next_slot" : "paper.ticket.next"),
                   s.words(t.slot_from ? "paper.ticket.missed_slot" : "paper.ticket.missed")});
}

Bytes claim_receipt(const ReceiptPaper& r, const Style& style) {
  Sheet s(style);
  s.page.text(s.words("paper.receipt.title"));
  s.page.large(r.receipt);
  s.page.feed(1);
  s.page.left();
  s.page.text(s.words("paper.receipt.cause", {{"cause", text_or(s.words, "claim.cause." + r.cause, r.cause)}}));
  s.page.text(s.words("paper.receipt.saved", {{"time", s.when(r.saved_at)}}));
  if (r.gross.value != 0 || r.net.value != 0) {
    s.page.pair(s.words("paper.receipt.gross"), s.words.rupiah(r.gross));
    s.page.pair(s.words("paper.receipt.tax"), s.words.rupiah(r.tax));
    s.page.pair(s.words("paper.receipt.net"), s.words.rupiah(r.net));
    s.page.text(s.words("paper.receipt.estimate"));
  }
  if (r.needs_officer && !r.number.empty()) {
    s.page.strong(s.words("paper.receipt.number"));
    s.page.large(r.number);
  }
  s.page.strong(s.words(r.sent ? "paper.receipt.sent" : "paper.receipt.waiting"));
  if (r.deadline) s.page.text(s.words("paper.receipt.deadline", {{"date", s.words.date(*r.deadline)}}));
  s.qr(r.receipt_qr);
  return s.finish(
      {s.words(r.needs_officer ? "paper.receipt.next_officer" : "paper.receipt.next"), s.words("paper.receipt.keep")});
}

Bytes reset_slip(const ResetPaper& r, const Style& style) {
  Sheet s(style);
  s.page.large(s.words("paper.reset.title"));
  s.page.feed(1);
  s.page.left();
  // The last part of a UUIDv7 is its random one: enough to find the reset, short enough to read out.
  const auto dash = r.reset_id.rfind('-');
  s.page.text(s.words("paper.reset.number",
                      {{"number", dash == std::string::npos ? r.reset_id : r.reset_id.substr(dash + 1)}}));
  s.page.text(s.when(r.at));
  s.page.feed(1);
  s.page.large(r.usable_from ? s.words("paper.reset.from", {{"time", s.when(*r.usable_from)}})
                             : s.words("paper.reset.earliest"));
  return s.finish({s.words("paper.reset.next"), s.words("paper.reset.again")});
}

Bytes kpj_slip(const KpjPaper& k, const Style& style) {
  Sheet s(style);
  s.page.text(s.words("paper.kpj.title"));
  s.page.text(s.words("paper.kpj.nik", {{"nik", k.nik_masked}}));
  s.page.feed(1);
  s.page.left();
  for (const auto& row : k.rows) {
    s.page.large(row.kpj);
    s.page.text(row.employer);
    s.page.text(s.words(row.active ? "paper.kpj.active" : "paper.kpj.inactive"));
    s.page.feed(1);
  }
  if (k.rows.empty()) s.page.text(s.words("paper.kpj.none"));
  s.as_of(k.as_of);
  return s.finish({s.words("paper.kpj.next"), s.words("paper.kpj.card")});
}

Bytes card_slip(const CardPaper& c, const Style& style) {
  Sheet s(style);
  s.page.text(s.words("paper.card.title"));
  s.page.strong(c.name);
  s.page.feed(1);
  s.page.left();
  for (const auto& row : c.rows) {
    s.page.large(row.kpj);
    s.page.text(row.employer);
    s.page.text(s.words("paper.card.since", {{"date", s.words.date(row.since)}}));
    s.page.text(s.words(row.active ? "paper.kpj.active" : "paper.kpj.inactive"));
    s.page.feed(1);
  }
  if (c.rows.empty()) s.page.text(s.words("paper.kpj.none"));
  s.as_of(c.as_of);
  s.page.strong(s.words("paper.card.not_official"));
  return s.finish({s.words("paper.card.next")});
}

Bytes correction_letter(const LetterPaper& l, const Style& style) {
  Sheet s(style);
  s.page.strong(s.words("paper.letter.title"));
  s.page.text(s.when(l.at));
  s.page.feed(1);
  s.page.left();
  s.page.strong(s.words("paper.letter.to"));
  if (l.employer.empty())
    s.blank();
  else
    s.page.text(l.employer);
  s.page.feed(1);
  s.page.text(s.words("paper.letter.body"));
  s.blank(s.words("paper.letter.name"));
  if (l.kpj.empty())
    s.blank("KPJ:");
  else
    s.page.text("KPJ: " + l.kpj);
  s.page.text(s.words("paper.kpj.nik", {{"nik", l.nik_masked}}));
  for (const auto& field : l.fields) {
    s.page.feed(1);
    s.page.strong(text_or(s.words, "intake." + field + ".row", field) + " " + s.words("paper.letter.write"));
    s.blank();
  }
  s.page.feed(1);
  s.page.strong(s.words("paper.letter.attached"));
  s.page.text(s.words("paper.letter.papers"));
  s.page.feed(1);
  s.page.text(s.words("paper.letter.sign"));
  s.page.feed(3);
  s.blank();
  return s.finish({s.words("paper.letter.next")});
}

Bytes test_page(const Style& style, WallTime at) {
  Sheet s(style);
  s.page.large(s.words("paper.test.title"));
  s.page.text(s.when(at));
  s.page.left();
  std::string ruler;
  for (int i = 1; i <= s.page.columns(); ++i) ruler += static_cast<char>('0' + i % 10);
  s.page.text(ruler);
  s.page.big("A-012");
  s.qr("kiosk printer test");
  return s.finish({s.words("paper.test.next")});
}

}  // namespace kiosk::paper
