// kioskctl's pure commands and its answers to bad input, by the program itself.
#include "ctl_program.h"
#include "tests/support/tiny_picture.h"

using namespace ctl_test;

TEST_CASE("kioskctl: rules nik tells birth, sex and region") {
  const auto a = ctl({"rules", "nik", "3578015708650001"});
  CHECK(a.status == 0);
  CHECK(a.json()["ok"] == true);
  CHECK(a.json()["valid"] == true);
  CHECK(a.json()["birth"] == "1965-08-17");
  CHECK(a.json()["birth_candidates"] == Json::array({"1965-08-17"}));
  CHECK(a.json()["sex"] == "female");
  CHECK(a.json()["region"] == "357801");
  CHECK(a.json()["findings"].empty());
  const auto odd = ctl({"rules", "nik", "9901011708650001"});
  CHECK(odd.status == 0);
  CHECK(odd.json()["findings"] == Json::array({"region_unknown"}));
}

TEST_CASE("kioskctl: numbers that cannot be are exit 2 with field, code and one sentence") {
  struct Row {
    std::vector<std::string> args;
    const char *code, *field;
  };
  for (const Row& r :
       {Row{{"rules", "nik", "357801170865001"}, "nik_length", "nik"},
        Row{{"rules", "nik", "35780117086500AB"}, "nik_digits", "nik"},
        Row{{"rules", "nik", "3578013113650001"}, "nik_date", "nik"},
        Row{{"rules", "kpj", "1601234567"}, "kpj_length", "kpj"},
        Row{{"rules", "npwp", "013121670091000"}, "npwp_check", "npwp"},
        Row{{"rules", "tax", "--gross", "-5"}, "amount_invalid", "gross"},
        Row{{"rules", "tax", "--gross", "1.5"}, "amount_invalid", "gross"},
        Row{{"rules", "tax", "--gross", "5", "--on", "2026-02-30"}, "date_invalid", "on"},
        Row{{"rules", "simulate", "--wage", "5000000", "--years", "0"}, "years_range", "years"},
        Row{{"rules", "simulate", "--wage", "5000000", "--years", "1", "--rate", "200"}, "rate_range", "rate"},
        Row{{"claim", "check", "--nik", "12", "--cause", "USIA56"}, "nik_length", "nik"},
        Row{{"participant", "find", "--nik", "3578015708650001", "--birth", "17-08-1965"}, "date_invalid", "birth"},
        Row{{"rules"}, "usage", ""}, Row{{"no-such-command"}, "usage", ""}, Row{{"rules", "nik"}, "usage", ""}}) {
    std::string line;
    for (const auto& w : r.args) line += w + " ";
    CAPTURE(line);
    const auto a = ctl(r.args);
    CHECK(a.status == 2);
    CHECK(a.json()["ok"] == false);
    CHECK(a.code() == r.code);
    CHECK(a.field() == r.field);
    CHECK(!a.json()["message"].get<std::string>().empty());
    CHECK(a.err.find('\n') == a.err.size() - 1);  // one line
  }
}

TEST_CASE("kioskctl: messages are Indonesian where the machine speaks Indonesian, codes stay") {
  const auto english = ctl({"rules", "nik", "123"});
  const auto indonesian = ctl({"rules", "nik", "123"}, {{"LC_ALL", "id_ID.UTF-8"}});
  const auto chosen = ctl({"rules", "nik", "123", "--language", "id"});
  CHECK(english.code() == indonesian.code());
  CHECK(english.json()["message"] != indonesian.json()["message"]);
  CHECK(chosen.json()["message"] == indonesian.json()["message"]);
  CHECK(indonesian.json()["message"].get<std::string>().find("16 angka") != std::string::npos);
}

TEST_CASE("kioskctl: rules tax and simulate give the agreed vectors") {
  const auto t = ctl({"rules", "tax", "--gross", "Rp150.000.000"});
  CHECK(t.json()["gross"] == 150'000'000);
  CHECK(t.json()["taxable"] == 100'000'000);
  CHECK(t.json()["tax"] == 5'000'000);
  CHECK(t.json()["net"] == 145'000'000);
  CHECK(t.json()["regime"] == "final");
  CHECK(ctl({"rules", "tax", "--gross", "50000000"}).json()["tax"] == 0);
  CHECK(ctl({"rules", "tax", "--gross", "20000000", "--employed"}).json()["tax"] == 1'000'000);
  const auto later = ctl({"rules", "tax", "--gross", "90000000", "--already-paid", "10000000", "--first-paid",
                          "2023-05-01", "--on", "2026-11-20"});
  CHECK(later.json()["tax"] == 7'500'000);
  CHECK(later.json()["regime"] == "article17");
  const auto s = ctl({"rules", "simulate", "--wage", "5000000", "--years", "10", "--opening", "20000000"});
  CHECK(s.json()["balance"] == 77'380'037);
  CHECK(s.json()["contributions"] == 34'200'000);
  CHECK(s.json()["yearly"].size() == 10);
  CHECK(s.json()["yearly"][9]["balance"] == 77'380'037);
}

TEST_CASE("kioskctl: photos that are none are exit 2, whatever they are") {
  TempDir dir;
  const auto empty = dir.file("empty.jpg", "");
  const auto text = dir.file("text.jpg", "this is a letter, not a photograph of anybody");
  // A valid PNG header that promises 10,000 x 10,000 pixels in a few bytes.
  std::string png("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x27\x10\0\0\x27\x10\x08\x02\0\0\0", 29);
  png += std::string("\x85\xa7\x07\xc5", 4) + std::string("\0\0\0\0IEND\xae\x42\x60\x82", 12);
  const auto huge = dir.file("huge.png", png);
  // A whole picture passes this door and is then no face; its first 70 % are none.
  const auto whole = kiosk::test::tiny_png("a photo that is carried half way only");
  const auto cut =
      dir.file("cut.png", std::string(kiosk::as_text(kiosk::ByteView(whole).first(whole.size() * 7 / 10))));
  struct Row {
    std::string file;
    const char* code;
  };
  for (const Row& r : {Row{cut, "photo_unreadable"}, Row{empty, "photo_empty"}, Row{text, "photo_unreadable"},
                       Row{huge, "photo_too_large"}, Row{dir.path() + "/absent.jpg", "file_missing"}}) {
    CAPTURE(r.file);
    const auto a = ctl({"face", "check", r.file});
    CHECK(a.status == 2);
    CHECK(a.code() == r.code);
    CHECK(a.field() == "photo");
    const auto b = ctl({"account", "attempt", "3578015708650001", "--photo", r.file});
    CHECK(b.status == 2);
    CHECK(b.code() == r.code);
  }
}

TEST_CASE("kioskctl: a damaged settings file is one sentence with line and key") {
  TempDir dir;
  const auto bad =
      ctl({"rules", "nik", "3578015708650001", "--config", dir.file("a.toml", "[node]\nlistenn = \"x\"\n")});
  CHECK(bad.status == 2);
  CHECK(bad.code() == "settings_key");
  CHECK(bad.field() == "node.listenn");
  CHECK(bad.json()["message"].get<std::string>().find("line 2") != std::string::npos);
  const auto torn = ctl({"rules", "nik", "3578015708650001", "--config", dir.file("b.toml", "[node\n")});
  CHECK(torn.status == 2);
  CHECK(torn.code() == "settings_invalid");
  CHECK(ctl({"rules", "nik", "3578015708650001", "--config", dir.path() + "/c.toml"}).code() == "settings_missing");
}

TEST_CASE("kioskctl: a claim written wrongly names the key before anything is asked of a node") {
  TempDir dir;
  struct Row {
    const char *text, *code, *field;
  };
  for (
      const Row& r : {
          Row{"{", "json_invalid", "file"},
          Row{"[]", "json_invalid", "file"},
          Row{R"({"cause": "USIA56"})", "json_missing", "participant"},
          Row{R"({"participant": {"nik": "123"}})", "nik_length", "participant.nik"},
          Row{R"({"participant": {"nik": 3578015708650001}})", "json_type", "participant.nik"},
          Row{R"({"participant": {"nik": "3578015708650001", "kpj": "1601234567"}})", "kpj_length", "participant.kpj"},
          Row{R"({"participant": {"nik": "3578015708650001", "kpj": "16012345678", "name": "A", "birth": "1965-02-30"}})",
              "date_invalid", "participant.birth"},
          Row{R"({"participant": {"nik": "3578015708650001", "passport": "IND:K1234567"}})", "json_missing",
              "participant.nik"},
          Row{R"({"participant": {"passport": "I:K1"}})", "passport_invalid", "participant.passport"},
          Row{R"({"participant": {}, "bankk": "002"})", "json_unknown", "bankk"},
      }) {
    CAPTURE(r.text);
    const auto a = ctl({"claim", "submit", dir.file("claim.json", r.text)});
    CHECK(a.status == 2);
    CHECK(a.code() == r.code);
    CHECK(a.field() == r.field);
  }
}

TEST_CASE("kioskctl: without a node and without data it says so, makes nothing, and ends with 3") {
  TempDir dir;
  const auto home = dir.path() + "/none";
  for (const auto& args : std::vector<std::vector<std::string>>{
           {"ticket", "list"}, {"sync", "status"}, {"audit", "verify"}, {"claim", "list"}}) {
    auto with_home = args;
    with_home.insert(with_home.end(), {"--home", home});
    const auto a = ctl(with_home);
    CHECK(a.status == 3);
    CHECK(a.code() == "node_away");
  }
  CHECK_FALSE(std::filesystem::exists(home));
  CHECK(ctl({"store", "check", "--home", home}).status == 2);
  const auto d = ctl({"doctor", "--home", home});
  CHECK(d.status == 0);
  CHECK(d.json()["red"].get<int>() >= 2);
  CHECK_FALSE(std::filesystem::exists(home));
}

TEST_CASE("kioskctl: help names every command with an example, version is one line") {
  kiosk::tools::Command c{.argv = {bin("kioskctl"), "--help"}};
  const auto help = kiosk::tools::run(c, kiosk::Millis{60'000});
  REQUIRE(help.ok());
  CHECK(help->status == 0);
  for (const char* word : {"enrol", "ticket", "participant", "claim", "account", "rules", "face", "sync", "audit",
                           "store", "notice", "officer", "device", "print", "doctor", "Examples", "Exit status"})
    CHECK_MESSAGE(help->out.find(word) != std::string::npos, word);
  c.argv = {bin("kioskctl"), "--version"};
  const auto version = kiosk::tools::run(c, kiosk::Millis{60'000});
  REQUIRE(version.ok());
  CHECK(version->out.starts_with("kioskctl "));
}

TEST_CASE("kioskctl: a printer that is not there is exit 3, one that cannot be is exit 2") {
  const auto away = ctl({"device", "test", "printer", "tcp:127.0.0.1:9"});
  CHECK(away.status == 3);
  CHECK(away.code() == "printer_away");
  CHECK(away.json()["bytes"] == 0);
  CHECK(ctl({"device", "test", "printer", "carrier-pigeon:1"}).code() == "printer_uri");
  TempDir dir;
  const auto page = ctl({"device", "test", "printer", "file:" + dir.path() + "/page.escpos"});
  CHECK(page.status == 0);
  CHECK(page.json()["bytes"] == std::filesystem::file_size(dir.path() + "/page.escpos"));
}
