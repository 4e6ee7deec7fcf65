#include "terminal/paper/paper.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <sstream>

#include "base/i18n/i18n.h"
#include "terminal/paper/escpos.h"
#include "terminal/vision/vision.h"
#include "tests/terminal/paper/escpos_reader.h"
#include "tests/terminal/paper/shipped_words.h"

using namespace kiosk;
using namespace kiosk::paper;
using paper_test::texts;

namespace {

constexpr const char* kNik = "3578014502610001";

struct Sample {
  std::string name;
  Bytes page;
  std::string qr;
};
std::vector<Sample> samples(const Style& style) {
  const WallTime at = from_ms(1'795'142'460'000);
  const auto nik = domain::Nik::parse(kNik);
  REQUIRE(nik);
  const std::string receipt_qr = "JKT1|018f3b2a-7c1d-7e11-9a52-2f8c4f8f1a2b|7F3K9-Q2M4D|" + std::string(86, 'S');
  return {
      {"ticket",
       ticket({.number = "A-012",
               .service = "Klaim JHT",
               .priority = domain::Priority::Elderly,
               .people_ahead = 7,
               .wait_low_min = 10,
               .wait_high_min = 25,
               .issued_at = at,
               .qr = "ticket:018f3b2a-7c1d-7e11-9a52-2f8c4f8f1a2b"},
              style),
       "ticket:018f3b2a-7c1d-7e11-9a52-2f8c4f8f1a2b"},
      {"ticket-slot",
       ticket({.number = "A-013",
               .service = "Klaim JHT",
               .slot_from = at + Seconds{3600},
               .slot_to = at + Seconds{5400},
               .issued_at = at,
               .qr = "ticket:018f3b2a-7c1d-7e11-9a52-2f8c4f8f1a2c"},
              style),
       "ticket:018f3b2a-7c1d-7e11-9a52-2f8c4f8f1a2c"},
      {"receipt",
       claim_receipt({.receipt = "JKT1-7F3K9-Q2M4D",
                      .receipt_qr = receipt_qr,
                      .cause = "RESIGN",
                      .gross = {9'500'000},
                      .tax = {0},
                      .net = {9'500'000},
                      .saved_at = at,
                      .needs_officer = false,
                      .sent = false,
                      .deadline = {}},
                     style),
       receipt_qr},
      {"reset-waiting",
       reset_slip({.reset_id = "018f3b2a-7c1d-7e11-9a52-2f8c4f8f1a2b", .at = at, .usable_from = {}}, style), ""},
      {"reset-known",
       reset_slip(
           {.reset_id = "018f3b2a-7c1d-7e11-9a52-2f8c4f8f1a2b", .at = at, .usable_from = at + std::chrono::hours(24)},
           style),
       ""},
      {"kpj",
       kpj_slip({.nik_masked = nik->masked(),
                 .rows = {{"12345678901", "PT Contoh Sejahtera Bersama Nusantara Abadi Tbk", true},
                          {"00987654321", "CV Maju", false}},
                 .as_of = at},
                style),
       ""},
      {"card",
       card_slip({.name = "SUWARNI CONTOH",
                  .rows = {{"12345678901", "PT Contoh Sejahtera Bersama Nusantara Abadi Tbk",
                            Date::of(2010, 1, 4).value(), true}},
                  .as_of = at},
                 style),
       ""},
      {"letter",
       correction_letter({.employer = "PT Contoh Sejahtera Bersama Nusantara Abadi Tbk",
                          .kpj = "12345678901",
                          .nik_masked = nik->masked(),
                          .fields = {"name", "birth", "mother"},
                          .at = at},
                         style),
       ""},
      {"letter-blank",
       correction_letter({.employer = "", .kpj = "", .nik_masked = nik->masked(), .fields = {"birth_place"}, .at = at},
                         style),
       ""},
      {"receipt-part",
       claim_receipt({.receipt = "JKT1-7F3K9-Q2M4D",
                      .receipt_qr = receipt_qr,
                      .cause = "P10",
                      .gross = {1'200'000},
                      .tax = {60'000},
                      .net = {1'140'000},
                      .saved_at = at,
                      .needs_officer = false,
                      .sent = true,
                      .deadline = Date::of(2026, 11, 27).value()},
                     style),
       receipt_qr},
      {"test", test_page(style, at), "kiosk printer test"}};
}

Style style_of(Roll roll, const std::string& language) {
  Style s;
  s.roll = roll;
  s.language = language;
  s.texts = &texts();
  s.branch_name = "Kantor Cabang Contoh";
  return s;
}
std::string flat(std::string text) {
  for (char& c : text)
    if (c == '\n') c = ' ';
  return text;
}

}  // namespace

TEST_CASE(
    "paper: every paper prints cleanly on both rolls, its QR reads back, and it says that the service is free and what "
    "to do") {
  for (const auto roll : {Roll::Mm80, Roll::Mm58})
    for (const std::string language : {"id", "en"}) {
      const int dots = roll == Roll::Mm80 ? 576 : 384;
      for (const auto& sample : samples(style_of(roll, language))) {
        CAPTURE(sample.name);
        CAPTURE(dots);
        const Strip strip = read_escpos(sample.page, dots);
        for (const auto& f : strip.faults) FAIL_CHECK(f);
        CHECK(strip.cuts == 1);
        const std::string text = flat(strip.text);
        CHECK(text.find(language == "id" ? "Layanan ini gratis" : "This service is free") != std::string::npos);
        CHECK(text.find(language == "id" ? "Langkah berikutnya" : "What to do next") != std::string::npos);
        for (const char* key : {"paper.ticket", "paper.receipt", "paper.reset", "paper.kpj", "paper.card",
                                "paper.letter", "paper.test", "paper.next", "claim.cause", "intake."})
          CHECK(text.find(key) == std::string::npos);  // no key without words
        CHECK(text.find('{') == std::string::npos);    // no hole without a value
        CHECK(text.find('?') == std::string::npos);    // no letter the printer lacks
        Image image{strip.picture.cols, strip.picture.rows, PixelFormat::Grey,
                    Bytes(strip.picture.datastart, strip.picture.dataend)};
        const auto codes = vision::read_codes(image);
        if (sample.qr.empty()) {
          CHECK(codes.empty());
        } else {
          REQUIRE(codes.size() == 1);
          CHECK(codes[0] == sample.qr);
        }
        if (const char* build = std::getenv("KIOSK_BUILD")) {  // to look at
          const std::string dir = std::string(build) + "/papers";
          ::mkdir(dir.c_str(), 0700);
          cv::imwrite(dir + "/" + sample.name + "-" + std::to_string(dots) + "-" + language + ".png", strip.picture);
        }
      }
    }
}

TEST_CASE("paper: the code on the glass reads as the one on paper, and one that is too long is none") {
  const std::string code = "ticket:018f3b2a-7c1d-7e11-9a52-2f8c4f8f1a2b";
  const auto codes = vision::read_codes(qr_image(code));
  REQUIRE(codes.size() == 1);
  CHECK(codes[0] == code);
  CHECK(qr_image(std::string(8'000, 'x')).empty());
}

TEST_CASE("paper: a NIK stands on no paper, only its masked form on the KPJ slip and the letter") {
  const std::string nik = kNik;
  for (const auto& sample : samples(style_of(Roll::Mm58, "id"))) {
    CAPTURE(sample.name);
    const std::string bytes(as_text(sample.page));
    std::string digits;  // whatever stands between them
    for (const char c : read_escpos(sample.page, 384).text)
      if (c >= '0' && c <= '9') digits += c;
    CHECK(bytes.find(nik) == std::string::npos);
    CHECK(digits.find(nik) == std::string::npos);
    CHECK((bytes.find("3578 **** **** 0001") != std::string::npos) ==
          (sample.name == "kpj" || sample.name.starts_with("letter")));
  }
}

TEST_CASE("paper: the ticket's number is as large as the roll allows, the KPJ stands whole") {
  for (const auto& [roll, dots, times] : {std::tuple{Roll::Mm80, 576, 8}, {Roll::Mm58, 384, 6}}) {
    const auto all = samples(style_of(roll, "id"));
    const Strip strip = read_escpos(all[0].page, dots);
    CHECK(strip.largest == times);
    CHECK(strip.text.find("A-012\n") != std::string::npos);
    const Strip kpj = read_escpos(all[5].page, dots);
    CHECK(kpj.text.find("12345678901\n") != std::string::npos);
    CHECK(kpj.text.find("00987654321\n") != std::string::npos);
  }
}

TEST_CASE("paper: the reset slip gives no hour before the centre has, and the exact one after") {
  const auto all = samples(style_of(Roll::Mm80, "id"));
  const std::string waiting = flat(read_escpos(all[3].page, 576).text),
                    known = flat(read_escpos(all[4].page, 576).text);
  CHECK(waiting.find("paling cepat 24 jam setelah data diterima pusat") != std::string::npos);
  CHECK(known.find("paling cepat") == std::string::npos);
  CHECK(known.find("dapat dipakai lagi mulai") != std::string::npos);
}

TEST_CASE("paper: a ticket has its number, service, people ahead, the range, the time, its QR and that it is free") {
  const auto all = samples(style_of(Roll::Mm80, "id"));
  const std::string t = flat(read_escpos(all[0].page, 576).text), slot = flat(read_escpos(all[1].page, 576).text);
  for (const char* part : {"A-012", "Klaim JHT", "Didahulukan", "Orang di depan: 7", "Perkiraan menunggu: 10-25 menit",
                           "20 November 2026", "Layanan ini gratis"})
    CHECK_MESSAGE(t.find(part) != std::string::npos, part);
  CHECK(slot.find("Kembali antara pukul 10.41 dan 11.11") != std::string::npos);
  CHECK(slot.find("Orang di depan") == std::string::npos);  // it waits for nobody now
  CHECK(slot.find("berikutnya dalam antrean") == std::string::npos);
}

TEST_CASE("paper: an unknown wait is said to be unknown and a receipt not sent says it waits for the network") {
  const auto style = style_of(Roll::Mm80, "id");
  const std::string t = flat(read_escpos(ticket({.number = "B-100", .service = "Informasi"}, style), 576).text);
  CHECK(t.find("belum dapat dihitung") != std::string::npos);
  CHECK(t.find("Bapak/Ibu berikutnya") != std::string::npos);
  ReceiptPaper r{.receipt = "JKT1-7F3K9-Q2M4D",
                 .receipt_qr = "",
                 .cause = "PHK",
                 .gross = {},
                 .tax = {},
                 .net = {},
                 .saved_at = {},
                 .needs_officer = true,
                 .sent = false,
                 .deadline = {}};
  CHECK(flat(read_escpos(claim_receipt(r, style), 576).text).find("Tersimpan, menunggu jaringan") != std::string::npos);
  CHECK(flat(read_escpos(claim_receipt(r, style), 576).text).find("Silakan menunggu dipanggil petugas") !=
        std::string::npos);
  CHECK(flat(read_escpos(claim_receipt(r, style), 576).text).find("Saldo JHT") == std::string::npos);
  // The number with which an officer sees it, also when the centre has it already; no day of payment stands beside it.
  r.sent = true;
  CHECK(flat(read_escpos(claim_receipt(r, style), 576).text).find("Nomor antrean") == std::string::npos);
  r.number = "A-012";
  const auto numbered = flat(read_escpos(claim_receipt(r, style), 576).text);
  CHECK(numbered.find("Nomor antrean Bapak/Ibu") != std::string::npos);
  CHECK(numbered.find("A-012") != std::string::npos);
  CHECK(numbered.find("Paling lambat dibayar") == std::string::npos);
  CHECK(flat(read_escpos(claim_receipt(r, style), 576).text).find("Sudah sampai di pusat, belum diputuskan") !=
        std::string::npos);
}

TEST_CASE("paper: what is known of a person carries the day of the record, and no day when that is not known") {
  const auto style = style_of(Roll::Mm80, "id");
  const WallTime record = from_ms(1'795'142'460'000) - std::chrono::hours(24 * 30);
  for (const auto& page : {kpj_slip({.nik_masked = "", .rows = {}, .as_of = record}, style),
                           card_slip({.name = "SUWARNI CONTOH", .rows = {}, .as_of = record}, style)})
    CHECK(flat(read_escpos(page, 576).text).find("Data per 21 Oktober 2026 pukul 09.41") != std::string::npos);
  for (const auto& page : {kpj_slip({.nik_masked = "", .rows = {}, .as_of = {}}, style),
                           card_slip({.name = "SUWARNI CONTOH", .rows = {}, .as_of = {}}, style)})
    CHECK(flat(read_escpos(page, 576).text).find("Data per") == std::string::npos);
}

TEST_CASE("paper: the receipt of a partial claim says what is claimed, and never calls it the balance") {
  for (const auto& [roll, dots] : {std::pair{Roll::Mm80, 576}, {Roll::Mm58, 384}})
    for (const std::string language : {"id", "en"}) {
      CAPTURE(language);
      for (const auto& sample : samples(style_of(roll, language))) {
        if (sample.name != "receipt-part") continue;
        const std::string text = flat(read_escpos(sample.page, dots).text);
        CHECK(text.find("10%") != std::string::npos);
        CHECK(text.find(language == "id" ? "Yang diklaim" : "Claimed") != std::string::npos);
        CHECK(text.find(language == "id" ? "Rp1.200.000" : "Rp1,200,000") != std::string::npos);
        CHECK(text.find(language == "id" ? "Saldo" : "balance") == std::string::npos);
      }
    }
}

TEST_CASE("paper: the correction letter leaves a line for the name, and lines where no employer is known") {
  for (const auto& [roll, dots, columns] : {std::tuple{Roll::Mm80, 576, 48}, {Roll::Mm58, 384, 32}})
    for (const auto& sample : samples(style_of(roll, "id"))) {
      if (!sample.name.starts_with("letter")) continue;
      CAPTURE(sample.name);
      const std::string text = read_escpos(sample.page, dots).text;
      const auto line = [&, wide = columns](const std::string& start) {
        return "\n" + start + std::string(static_cast<std::size_t>(wide) - start.size(), '_') + "\n";
      };
      const bool blank = sample.name == "letter-blank";
      CHECK(text.find(line("Nama: ")) != std::string::npos);
      CHECK((text.find(line("KPJ: ")) != std::string::npos) == blank);
      CHECK((text.find("(HRD)" + line("")) != std::string::npos) == blank);
      CHECK((text.find("PT Contoh") != std::string::npos) != blank);
    }
}

TEST_CASE("paper: whatever text comes, only plain ASCII goes to the printer") {
  CHECK(to_ascii("Café — “Aceh” Rp1.000…") == "Cafe - \"Aceh\" Rp1.000...");
  CHECK(to_ascii("10–25 menit") == "10-25 menit");
  CHECK(to_ascii("Acèh trôk Ñ ß Þ") == "Aceh trok N ss T");
  CHECK(to_ascii("Ştefan Łukasz Đặng Ōno ﬁ Ａ") == "Stefan Lukasz Dang Ono fi A");
  CHECK(to_ascii("He\u0301le\u0300ne Sa\u2019adah") == "Helene Sa'adah");  // NFD, a curly apostrophe
  CHECK(to_ascii("印") == "yin");
  CHECK(to_ascii("Ελλάδα Юрий محمد") == "Ellada Urij mhmd");
  CHECK(to_ascii("a\x1B@b\x1DV") == "a@bV");
  CHECK(to_ascii("\xC3").empty());
  CHECK(to_ascii("Toko 😀 Maju") == "Toko Maju");
  CHECK(to_ascii("👩‍👩‍👧 Warung 1️⃣🇮🇩") == "Warung 1");
  CHECK(to_ascii("a\u200Bb") == "ab");
  CHECK(to_ascii("\U000111DC").find('?') == std::string::npos);
  CHECK(to_ascii("apa?  dua spasi") == "apa?  dua spasi");  // what the printer has is not touched
  for (const char* name : {"Siti Aminah, S.Pd.", "M. Yusuf bin H. Ali", "O'Brien-Sa'adah (Alm.)"})
    CHECK(to_ascii(name) == name);
  KpjPaper evil{.nik_masked = "", .rows = {{"1", "PT \x1DV\x42 \x1B@", true}}, .as_of = {}};
  CHECK(read_escpos(kpj_slip(evil, style_of(Roll::Mm80, "id")), 576).cuts == 1);
}

TEST_CASE("paper: the hour is the branch's, with its letters, on either side of midnight") {
  const auto issued = from_ms(1'795'188'600'000);  // 2026-11-20 22:30 WIB
  for (const auto& [name, hour] : {std::pair{"Asia/Jakarta", "20 November 2026 pukul 22.30 WIB"},
                                   {"Asia/Makassar", "20 November 2026 pukul 23.30 WITA"},
                                   {"Asia/Jayapura", "21 November 2026 pukul 00.30 WIT"}}) {
    auto style = style_of(Roll::Mm80, "id");
    style.zone = *kiosk::Zone::named(name);
    const auto page = ticket({.number = "A-001", .service = "Klaim JHT", .issued_at = issued}, style);
    const auto text = flat(read_escpos(page, 576).text);
    CHECK_MESSAGE(text.find(hour) != std::string::npos, text);
  }
}
