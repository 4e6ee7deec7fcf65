// config/fetch-models as an operator runs it, against files instead of the network.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "base/crypto/sha256.h"
#include "terminal/vision/settings.h"
#include "tests/terminal/vision/shared_data.h"

using namespace kiosk;

namespace {

struct Run {
  int status;
  std::string output;
};
Run run(const std::string& command) {
  Run r{-1, {}};
  std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  REQUIRE(pipe);
  char chunk[4096];
  while (const std::size_t n = std::fread(chunk, 1, sizeof chunk, pipe)) r.output.append(chunk, n);
  const int how = ::pclose(pipe);
  r.status = WIFEXITED(how) ? WEXITSTATUS(how) : -1;
  return r;
}
std::string source() {
  const char* s = std::getenv("KIOSK_SOURCE");
  return s ? s : ".";
}

}  // namespace

TEST_CASE("fetch-models: verifies, resumes, refuses a wrong hash and says where the licence stands") {
  REQUIRE_MESSAGE(run("command -v curl").status == 0, "config/packages.txt brings curl");
  char name[] = "/tmp/kiosk-fetch-XXXXXX";
  REQUIRE(::mkdtemp(name) != nullptr);
  const std::string dir = name, tool = source() + "/config/fetch-models";
  std::string content(20'000, 'm');
  std::ofstream(dir + "/good.onnx") << content;
  std::ofstream(dir + "/evil.onnx") << "evil";
  const std::string sha = crypto::sha256_hex(as_bytes(content));
  const auto model = [&](const std::string& id, const std::string& urls) {
    return "[[model]]\nkind = \"recogniser\"\nname = \"" + id + "\"\nfile = \"" + id +
           ".onnx\"\nbytes = 20000\nsha256 = \"" + sha + "\"\nurl = [\n" + urls + "]\nlicence = \"licence of " + id +
           "\"\ncaution = \"caution of " + id + "\"\n\n";
  };
  const auto url = [&](const std::string& file) { return "  \"file://" + dir + "/" + file + "\",\n"; };
  std::ofstream(dir + "/models.toml") << model("first", url("none.onnx") + url("good.onnx"))
                                      << model("second", url("evil.onnx")) << model("third", url("none.onnx"));
  const std::string with_list = "KIOSK_MODELS_LIST=" + dir + "/models.toml sh " + tool + " --dir " + dir + "/out ";

  const Run first = run(with_list + "first");
  CHECK(first.status == 0);
  CHECK(first.output.find("licence of first") != std::string::npos);
  CHECK(first.output.find("caution of first") != std::string::npos);
  CHECK(shared_data::read(dir + "/out/first.onnx") == Bytes(content.begin(), content.end()));
  CHECK(run(with_list + "first").output.find("already there") != std::string::npos);

  ::unlink((dir + "/out/first.onnx").c_str());
  std::ofstream(dir + "/out/first.onnx.part") << content.substr(0, 7000);  // as an interruption leaves it
  CHECK(run(with_list + "first").status == 0);
  CHECK(shared_data::exists(dir + "/out/first.onnx"));

  const Run second = run(with_list + "second");
  CHECK(second.status == 1);
  CHECK(second.output.find("refused: expected SHA-256 " + sha) != std::string::npos);
  CHECK(!shared_data::exists(dir + "/out/second.onnx"));
  CHECK(!shared_data::exists(dir + "/out/second.onnx.part"));
  CHECK(run(with_list + "third").status == 3);
  CHECK(run(with_list + "fourth").status == 2);
  CHECK(run(with_list + "--what").status == 2);
  CHECK(run(with_list + "--list").output.find("missing: " + dir + "/out/second.onnx") != std::string::npos);
  CHECK(run("rm -rf " + dir).status == 0);
}

TEST_CASE("fetch-models: the list names the files and hashes that the built-in profiles expect") {
  const Run list = run("sh " + source() + "/config/fetch-models --list --dir /nonexistent");
  CHECK(list.status == 0);
  for (const auto& [file, sha] : {std::pair{vision::yunet_2022mar().file, vision::yunet_2022mar().sha256},
                                  {vision::mobilefacenet_paddle().file, vision::mobilefacenet_paddle().sha256},
                                  {vision::sface().file, vision::sface().sha256}}) {
    CHECK(list.output.find(file) != std::string::npos);
    CHECK(list.output.find(sha) != std::string::npos);
  }
  CHECK(list.output.find("MS-Celeb") != std::string::npos);
}
