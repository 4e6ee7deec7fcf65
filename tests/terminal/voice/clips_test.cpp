#include "terminal/voice/clips.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/temp_dir.h"

using namespace kiosk;
using namespace kiosk::test;
using namespace kiosk::voice;

namespace {

void wav(const std::string& file, int rate = 22'050, int channels = 1) {
  std::string head = "RIFF....WAVEfmt ";
  const auto number = [&](unsigned v, int bytes) {
    for (int i = 0; i < bytes; ++i) head += static_cast<char>(v >> (8 * i) & 0xff);
  };
  number(16, 4), number(1, 2), number(static_cast<unsigned>(channels), 2), number(static_cast<unsigned>(rate), 4);
  number(static_cast<unsigned>(rate * channels * 2), 4), number(2, 2), number(16, 2);
  std::ofstream(file, std::ios::binary) << head << "data....";
}

i18n::Texts words() {
  return i18n::Texts::of(
      {{"id", {{"a.heading", "Apa keperluan Bapak/Ibu?"}, {"a.lead", "Pilih satu"}, {"a.gap", "Ke {n}"}}},
       {"en", {{"a.heading", "What do you need?"}}}});
}

}  // namespace

TEST_CASE("clips: recordings stand for whole sentences of a text key; others are refused by name") {
  TempDir dir;
  for (const char* folder : {"/id", "/en", "/xx"}) ::mkdir((dir.path() + folder).c_str(), 0700);
  wav(dir.path() + "/id/a.heading.wav");
  wav(dir.path() + "/id/a.lead.wav");
  wav(dir.path() + "/id/a.gap.wav");
  wav(dir.path() + "/id/b.unknown.wav");
  wav(dir.path() + "/en/a.heading.wav", 44'100);
  wav(dir.path() + "/xx/a.heading.wav");
  const auto clips = Clips::load(dir.path(), words());
  CHECK(clips.size() == 2);
  CHECK(clips.of("Apa keperluan Bapak/Ibu?", "id").ends_with("/id/a.heading.wav"));
  CHECK(clips.of("Pilih satu.", "id").ends_with("/id/a.lead.wav"));  // as the page says it
  CHECK(clips.of("Pilih satu.", "en").empty());
  REQUIRE(clips.refused().size() == 3);
  std::map<std::string, std::string> why;
  for (const auto& r : clips.refused()) why[r.file.substr(dir.path().size())] = r.why;
  CHECK(why["/id/a.gap.wav"] == "clip_has_gaps");
  CHECK(why["/id/b.unknown.wav"] == "clip_key_unknown");
  CHECK(why["/en/a.heading.wav"] == "clip_format");
  CHECK(Clips::load(dir.path() + "/nowhere", words()).size() == 0);
  CHECK(Clips::load("", words()).size() == 0);
}

TEST_CASE("clips: a page is said in its order, recorded where it can be") {
  TempDir dir;
  ::mkdir((dir.path() + "/id").c_str(), 0700);
  wav(dir.path() + "/id/a.lead.wav");
  const auto clips = Clips::load(dir.path(), words());
  const auto speech = page_speech({"Saldo Rp1.000.", "Pilih satu.", "KTP."}, "id", 80, clips);
  CHECK(speech.text == "Saldo seribu rupiah. Pilih satu. ka te pe. ");
  CHECK(speech.volume_percent == 80);
  REQUIRE(speech.clips.size() == 1);
  CHECK(speech.text.substr(speech.clips[0].begin, speech.clips[0].end - speech.clips[0].begin) == "Pilih satu.");
}
