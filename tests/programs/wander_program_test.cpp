// Random presses on the real terminal with a real branch node: no dead end, no crash, and once the person has left
// nothing of the planted NIK in the terminal's memory, its log, its pictures or its paper. 300 presses here;
// KIOSK_WANDER_PRESSES and KIOSK_WANDER_SEED make it longer or replay it.
#include <signal.h>

#include "ctl_world.h"
#include "tests/support/wait_until.h"

using namespace ctl_test;
using kiosk::Millis;

namespace {

std::string setting(const char* name, const char* otherwise) {
  const char* text = std::getenv(name);
  return text ? text : otherwise;
}

std::string hex(const std::string& text) {
  std::string out;
  for (const char c : text) {
    char two[3];
    std::snprintf(two, sizeof two, "%02x", static_cast<unsigned char>(c));
    out += two;
  }
  return out;
}

// Where the text stands in what the process may write, with what is around it (people here are invented); its
// sanitizer's huge maps are left out.
std::vector<std::string> places_in_memory(long pid, const std::string& needle) {
  std::vector<std::string> found;
  std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
  std::ifstream memory("/proc/" + std::to_string(pid) + "/mem", std::ios::binary);
  REQUIRE(memory.good());
  for (std::string line; std::getline(maps, line);) {
    unsigned long from = 0, to = 0;
    char mode[5] = {};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &from, &to, mode) != 3) continue;
    if (mode[0] != 'r' || mode[1] != 'w' || to - from > (512ul << 20)) continue;
    std::string block(to - from, '\0');
    memory.clear();
    memory.seekg(static_cast<std::streamoff>(from));
    memory.read(block.data(), static_cast<std::streamsize>(block.size()));
    block.resize(static_cast<std::size_t>(memory.gcount()));
    for (auto at = block.find(needle); at != std::string::npos; at = block.find(needle, at + 1)) {
      auto around = block.substr(at < 48 ? 0 : at - 48, 128);
      for (char& c : around)
        if (c < 0x20 || c > 0x7e) c = '.';
      found.push_back(line.substr(std::min<std::size_t>(line.size(), 73)) + ": " + around);
    }
  }
  return found;
}

void nothing_of(long pid, const std::string& needle) {
  const auto places = places_in_memory(pid, needle);
  for (const auto& place : places) FAIL_CHECK(place);
}

bool wait_for(const std::string& file, Process& process, Millis patience) {
  kiosk::test::wait_until([&] { return std::filesystem::exists(file) || !process.running(); }, patience);
  return std::filesystem::exists(file);
}

}  // namespace

TEST_CASE("wander: random presses on the real terminal find no dead end and leave no NIK in memory, log or files") {
  World w;
  const std::string nik = w.people.at(3)["nik"], birth = w.people.at(3)["birth"], mother = w.people.at(3)["mother"];
  const auto presses = setting("KIOSK_WANDER_PRESSES", "300"), seed = setting("KIOSK_WANDER_SEED", "20261127");
  CAPTURE(seed);
  const auto texts = "identify.nik=hex:" + hex(nik) + ";identify.birth=" + birth.substr(8, 2) + birth.substr(5, 2) +
                     birth.substr(0, 4) + ";identify.mother=hex:" + hex(mother) +
                     ";claim.phone=081200000001;officer_pin=123456";
  const auto shots = w.dir().path() + "/wander";
  // First the person in the middle of typing, then the long walk, each a process of its own that waits to be searched.
  const auto start = [&](const std::string& name, const std::string& text) {
    kiosk::tools::Command c{.argv = {bin("kiosk"), "--role", "kiosk", "--headless", "--home", w.home(), "--printer",
                                     "file:" + w.dir().path() + "/" + name + ".escpos", "--speaker",
                                     "file:" + w.dir().path() + "/" + name + ".said", "--script",
                                     w.dir().file(name + ".script", text), "--shots", shots}};
    c.env = {{"SDL_VIDEODRIVER", "dummy"},
             {"SDL_AUDIODRIVER", "dummy"},
             {"KIOSK_MODELS", w.dir().path() + "/no-models"},
             // What malloc does in a build without sanitizers: what is freed is overwritten.
             {"ASAN_OPTIONS", "max_free_fill_size=1073741824:free_fill_byte=90:detect_leaks=0"}};
    c.err_path = w.dir().path() + "/" + name + ".log";
    auto p = Process::start(c);
    REQUIRE(p.ok());
    return std::move(*p);
  };
  {
    auto typing =
        start("typing", "wait Cek saldo 30\ntap Cek saldo\nwait Berapa NIK Bapak/Ibu? 10\nset voice on\ntype " + nik +
                            "\ntree typed\nwait (never) 120\n");
    REQUIRE_MESSAGE(wait_for(shots + "/typed.json", typing, Millis{60'000}), read_file(w.dir().path() + "/typing.log"));
    CHECK(!places_in_memory(typing.pid(), nik).empty());
    typing.signal(SIGKILL);
    (void)typing.wait(Millis{5'000});
  }
  std::filesystem::remove_all(shots);
  std::filesystem::remove(w.dir().path() + "/typing.script");
  auto walk = start("walk", "wait Cek saldo 30\nset voice on\nwander " + presses + " " + seed + " " + texts +
                                "\nwait Cek saldo 10\ntree home\nwait (never) 600\n");
  const auto patience = Millis{60'000 + 250 * std::stoll(presses)};
  REQUIRE_MESSAGE(wait_for(shots + "/home.json", walk, patience), read_file(w.dir().path() + "/walk.log"));
  // Workers end what they carry out.
  kiosk::test::wait_until([&] { return places_in_memory(walk.pid(), nik).empty(); }, Millis{5'000});
  nothing_of(walk.pid(), nik);
  nothing_of(walk.pid(), mother);
  walk.signal(SIGKILL);
  (void)walk.wait(Millis{5'000});
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(w.dir().path())) {
    if (!entry.is_regular_file() || entry.path().extension() == ".script") continue;
    if (entry.path().string().starts_with(w.dir().path() + "/centre")) continue;  // another machine's
    ++files;
    CHECK_MESSAGE(read_file(entry.path()).find(nik) == std::string::npos, entry.path().string());
  }
  CHECK(files > 3);
}
