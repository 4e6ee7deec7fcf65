// Runs a fuzz target without libFuzzer: every seed of a folder, then seeded mutations of them. The seed is printed, so
// a crash replays. Usage: replay SEED-FOLDER [mutations] [seed]
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/bytes.h"
#include "base/ids.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  if (argc < 2) return std::fprintf(stderr, "usage: %s SEED-FOLDER [mutations] [seed]\n", argv[0]), 2;
  const int mutations = argc > 2 ? std::atoi(argv[2]) : 3000;
  const auto seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 20261120ull;
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) files.insert(entry.path());
  if (files.empty()) return std::fprintf(stderr, "no seeds in %s\n", argv[1]), 1;
  std::vector<kiosk::Bytes> corpus;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    LLVMFuzzerTestOneInput(corpus.back().data(), corpus.back().size());
  }
  kiosk::SeededRandom random(seed);
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  for (int i = 0; i < mutations; ++i) {
    auto input = corpus[random.below(corpus.size())];
    for (auto n = 1 + random.below(4); n > 0; --n) {
      const auto at = input.empty() ? 0 : random.below(input.size());
      switch (random.below(4)) {
        case 0:
          if (!input.empty()) input[at] = static_cast<std::uint8_t>(random.u64());
          break;
        case 1:
          input.insert(input.begin() + static_cast<std::ptrdiff_t>(at), static_cast<std::uint8_t>(random.u64()));
          break;
        case 2:
          if (!input.empty()) input.erase(input.begin() + static_cast<std::ptrdiff_t>(at));
          break;
        default:
          input.resize(at);
          break;
      }
    }
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  std::printf("%zu seeds and %d mutations held\n", corpus.size(), mutations);
  return 0;
}
