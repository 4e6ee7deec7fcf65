// What is heard and what is scanned: speakers, recordings, the headphone jack, hand scanners.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <optional>

#include "drivers/scanner/open.h"
#include "drivers/speaker/headphones.h"
#include "drivers/speaker/open.h"
#include "tests/drivers/files.h"
#include "tests/support/wait_until.h"

using namespace kiosk;
using namespace kiosk::drivers;
using namespace kiosk::test;

TEST_CASE("speaker: the file speaker writes down what was said") {
  TempDir dir;
  const std::string path = dir.file("said.txt");
  auto speaker = open_speaker("file:" + path);
  REQUIRE(speaker);
  (*speaker)->say({"Selamat datang", "id", 80});
  (*speaker)->say({"Welcome", "en", 100, true});
  CHECK(read_all(path) == "id\t80\tSelamat datang\nen\t100\t(chime) Welcome\n");
  CHECK((*speaker)->status().empty());
}

TEST_CASE("speaker: a recording is heard instead of its part of the text, and a missing one is spoken") {
  TempDir dir;
  const std::string clip = dir.file("a.wav"), said = dir.file("said"), program = dir.file("espeak"),
                    done = dir.file("done");
  write_all(clip, as_bytes("RIFF"));
  Speech speech{"Satu. Dua & tiga. Empat.", "id"};
  speech.clips = {{6, 17, clip}, {18, 24, dir.file("missing.wav")}};
  auto file = open_speaker("file:" + dir.file("text"));
  REQUIRE(file);
  (*file)->say(speech);
  CHECK(read_all(dir.file("text")) == "id\t100\tSatu. (clip a.wav) (clip missing.wav)\n");
  write_all(program, as_bytes("#!/bin/sh\ncat >" + said + "\ntouch " + done + "\n"));
  ::chmod(program.c_str(), 0700);
  auto speaker = open_speaker("espeak:" + program);
  REQUIRE(speaker);
  (*speaker)->say(speech);
  REQUIRE(wait_until([&] { return ::access(done.c_str(), F_OK) == 0; }));
  CHECK(read_all(said) == "Satu. <audio src=\"" + clip + "\"/> Empat.");
}

TEST_CASE("scanner: a code a line, bounded and printable, and a scanner that comes late is not lost") {
  TempDir dir;
  const std::string path = dir.file("codes");
  std::atomic<int> woken{0};
  CHECK(!open_scanner("usb", [] {}));
  auto scanner = open_scanner("file:" + path, [&] { ++woken; });
  REQUIRE(scanner);
  CHECK(wait_until([&] { return !(*scanner)->status().empty(); }));
  CHECK((*scanner)->status() == Reasons{Reason::Offline});
  CHECK(!(*scanner)->take());
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const int in = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(in >= 0);
  const auto write_line = [&](const std::string& text) {
    REQUIRE(::write(in, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  };
  const auto next = [&]() -> std::string {
    std::optional<std::string> code;
    wait_until([&] { return (code = (*scanner)->take()).has_value(); });
    return code.value_or("(none)");
  };
  write_line("99000000011\r\n");
  CHECK(next() == "99000000011");
  CHECK(woken == 1);
  write_line(std::string(600, '7') +
             "\n\x1b\x01"
             "12\n");  // too long: none of it, also no half
  CHECK(next() == "12");
  CHECK(!(*scanner)->take());
  CHECK((*scanner)->status().empty());
  ::close(in);
}

TEST_CASE("headphones: plugged is what the jack says, and what cannot be read is not plugged") {
  TempDir dir;
  const std::string path = dir.file("jack");
  std::atomic<int> woken{0};
  CHECK(!open_headphones("bluetooth", [] {}));
  auto jack = open_headphones("file:" + path, [&] { ++woken; });
  REQUIRE(jack);
  CHECK(!(*jack)->plugged());
  const auto becomes = [&](bool plugged) { return wait_until([&] { return (*jack)->plugged() == plugged; }); };
  write_all(path, as_bytes("1"));
  CHECK(becomes(true));
  write_all(path, as_bytes("0"));
  CHECK(becomes(false));
  CHECK(woken >= 2);
  auto none = open_headphones("none", [] {});
  REQUIRE(none);
  CHECK(!(*none)->plugged());
}

TEST_CASE("speaker: a missing program is a status, never a failure") {
  auto speaker = open_speaker("espeak:/nonexistent/espeak-ng");
  REQUIRE(speaker);
  (*speaker)->say({"Halo", "id"});
  (*speaker)->stop();
  CHECK((*speaker)->status() == Reasons{Reason::Offline});
  CHECK(!open_speaker("gramophone"));
}

TEST_CASE("speaker: a sentence is given to the program by its input, not to a shell, and a new one ends the old") {
  TempDir dir;
  const std::string program = dir.file("espeak"), said = dir.file("said"), pids = dir.file("pids");
  // Stands for espeak-ng: writes its input down, then runs until it is ended.
  write_all(program, as_bytes("#!/bin/sh\nprintf '%s|' \"$(cat)\" >>" + said + "\necho $$ >>" + pids +
                              "\nexec tail -f /dev/null\n"));
  ::chmod(program.c_str(), 0700);
  auto speaker = open_speaker("espeak:" + program);
  REQUIRE(speaker);
  const auto wait_for_text = [&](const std::string& text) {
    wait_until([&] { return read_all(said) == text; }, Millis{20'000});
    CHECK(read_all(said) == text);
  };
  const auto lines = [&] {
    const std::string t = read_all(pids);
    return std::count(t.begin(), t.end(), '\n');
  };
  (*speaker)->say({"satu; touch /tmp/x $(id)", "id"});
  wait_for_text("satu; touch /tmp/x $(id)|");
  CHECK(wait_until([&] { return lines() >= 1; }));
  CHECK((*speaker)->status().contains(Reason::Busy));
  (*speaker)->say({"-dua", "id"});
  wait_for_text("satu; touch /tmp/x $(id)|-dua|");
  const pid_t first = static_cast<pid_t>(std::stol(read_all(pids)));
  CHECK(::kill(first, 0) != 0);
  (*speaker)->stop();
  CHECK(!(*speaker)->status().contains(Reason::Busy));
}

TEST_CASE("speaker: chime and words are one process; the chime is a whole WAV and the words are no markup") {
  TempDir dir;
  const std::string program = dir.file("espeak"), said = dir.file("said"), wav = dir.file("wav"),
                    done = dir.file("done");
  // Stands for espeak-ng: keeps its arguments, its input and what it finds behind src.
  write_all(program, as_bytes("#!/bin/sh\nlast=$(cat)\nprintf '%s\\n' \"$@\" \"$last\" >" + said + "\n" +
                              "src=${last#*src=\\\"}\ncat \"${src%%\\\"*}\" >" + wav + "\ntouch " + done + "\n"));
  ::chmod(program.c_str(), 0700);
  auto speaker = open_speaker("espeak:" + program);
  REQUIRE(speaker);
  for (int round = 0; round < 2; ++round) {  // the second reads it from its begin again
    ::unlink(done.c_str());
    (*speaker)->say({"A & B <break/> loket 3", "id", 90, true});
    REQUIRE(wait_until([&] { return ::access(done.c_str(), F_OK) == 0; }));
    const auto given = read_all(said);
    CHECK(given.find("-m\n<audio src=\"/proc/self/fd/") != std::string::npos);
    CHECK(given.ends_with("\"/>A &amp; B &lt;break/&gt; loket 3\n"));
    const auto chime = read_all(wav);
    REQUIRE(chime.size() > 44);
    CHECK(chime.substr(0, 4) == "RIFF");
    std::size_t said_size = 0;
    for (std::size_t i = 0; i < 4; ++i)
      said_size |= static_cast<std::size_t>(static_cast<unsigned char>(chime[40 + i])) << (8 * i);
    CHECK(chime.size() == 44 + said_size);
    CHECK(said_size > 2 * 22'050);      // a second
    CHECK(said_size < 2 * 22'050 * 2);  // not two
    int loudest = 0;
    for (std::size_t i = 44; i + 1 < chime.size(); i += 2) {
      const auto v = static_cast<std::int16_t>(static_cast<unsigned char>(chime[i]) |
                                               static_cast<unsigned char>(chime[i + 1]) << 8);
      loudest = std::max(loudest, std::abs(static_cast<int>(v)));
    }
    CHECK(loudest > 6'000);
    CHECK(loudest < 32'000);
  }
}
