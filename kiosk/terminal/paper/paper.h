// What is printed: whole pages of ESC/POS bytes for 80 mm and 58 mm receipt printers, texts by i18n.
// Every paper says what to do next and that the service is free; a NIK stands on none (only its masked form, on the KPJ
// slip). Thread: any; pure. Units: 203 dpi, 576 dots (80 mm) or 384 dots (58 mm) a line. Text is plain ASCII (accents
// are folded), so no code page matters; QR codes are raster.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/image.h"
#include "base/units.h"
#include "base/zone.h"
#include "domain/claims/claim.h"
#include "domain/people/identity.h"
#include "domain/queue/ticket.h"

namespace kiosk::i18n {
class Texts;
}

namespace kiosk::paper {

enum class Roll { Mm80, Mm58 };

struct Style {
  Roll roll = Roll::Mm80;
  std::string language = "id";
  const i18n::Texts* texts = nullptr;  // null: those built with the programs, read once
  std::string branch_name;             // printed under the logo
  Zone zone = {};                      // the branch's: hours are printed by it, with its letters
};

struct TicketPaper {
  std::string number;   // "A-012", printed as large as the roll allows
  std::string service;  // its name
  domain::Priority priority = domain::Priority::Normal;
  int people_ahead = 0;
  std::optional<int> wait_low_min, wait_high_min;
  std::optional<WallTime> slot_from = {}, slot_to = {};  // a full day: comes back then, waits for nobody now
  WallTime issued_at{};
  std::string qr;  // content of the QR; empty: none
};
Bytes ticket(const TicketPaper& t, const Style& style);

struct ReceiptPaper {
  std::string receipt;  // signed short code
  std::string receipt_qr;
  std::string cause;       // code; words by i18n "claim.cause.<code>"
  Rupiah gross, tax, net;  // gross: what is claimed, of a partial claim its part; all zero: not known yet, left out
  WallTime saved_at{};
  bool needs_officer = false;  // what to do next: wait at home, or take the ticket to a counter
  std::string number = {};     // of the queue, with which an officer sees the claim; empty: none is known
  bool sent = false;           // false: "tersimpan, menunggu jaringan"
  std::optional<Date> deadline;
};
Bytes claim_receipt(const ReceiptPaper& r, const Style& style);

struct ResetPaper {
  std::string reset_id;  // short form on paper
  WallTime at{};
  std::optional<WallTime> usable_from;  // none: "paling cepat 24 jam setelah data diterima pusat"
};
Bytes reset_slip(const ResetPaper& r, const Style& style);

struct KpjPaper {
  std::string nik_masked;
  struct Row {
    std::string kpj, employer;
    bool active = false;
  };
  std::vector<Row> rows;
  std::optional<WallTime> as_of;  // of the record, not of printing; none: not known, left out
};
Bytes kpj_slip(const KpjPaper& k, const Style& style);

struct CardPaper {  // membership data; the official card is digital
  std::string name;
  struct Row {
    std::string kpj, employer;
    Date since;
    bool active = false;
  };
  std::vector<Row> rows;
  std::optional<WallTime> as_of;  // as on the KPJ slip
};
Bytes card_slip(const CardPaper& c, const Style& style);

// What is wrong is named, what would be right is written by hand: no more of the person stands on paper than needed.
// So the name, too, is a line to fill in: it may be the very thing that is wrong.
struct LetterPaper {
  std::string employer, kpj;  // empty: a line to fill in
  std::string nik_masked;
  std::vector<std::string> fields;  // name, birth, birth_place, mother
  WallTime at{};
};
Bytes correction_letter(const LetterPaper& l, const Style& style);

// The same code for the glass, to be photographed when no paper comes: black on white with its quiet zone. Empty when
// the content is too long.
Image qr_image(const std::string& content);

// A page that shows the printer works: width ruler, umlaut-free text, QR.
Bytes test_page(const Style& style, WallTime at);

}  // namespace kiosk::paper
