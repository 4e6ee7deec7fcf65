// Face pictures and models that only tests may use: under $KIOSK_SHARED, else ../shared beside the checkout; never
// committed.
#pragma once
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "base/bytes.h"
#include "tests/support/skip.h"

namespace shared_data {

inline std::string root() {
  if (const char* dir = std::getenv("KIOSK_SHARED")) return dir;
  const char* source = std::getenv("KIOSK_SOURCE");
  return (source ? std::string(source) : std::string(".")) + "/../shared";
}
inline bool exists(const std::string& path) {
  struct stat s {};
  return ::stat(path.c_str(), &s) == 0;
}
inline std::string models() { return root() + "/models"; }
inline std::string faces() { return root() + "/faces"; }
inline bool have_models() { return exists(models() + "/face_detection_yunet_2022mar.onnx"); }
inline bool have_recogniser() { return exists(models() + "/face_recognition_mobilefacenet_paddle.onnx"); }
inline bool have_faces() { return exists(faces() + "/pairs_lfw.tsv"); }

inline kiosk::Bytes read(const std::string& path) {
  std::ifstream f(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(f), {}};
}

}  // namespace shared_data
