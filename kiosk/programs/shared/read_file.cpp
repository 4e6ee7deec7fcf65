#include "programs/shared/read_file.h"

#include <fstream>

namespace kiosk::programs {

Result<Bytes> read_file_bytes(const std::string& path, const std::string& field, std::size_t most) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return bad_input("file_missing", field, path + " cannot be read");
  in.seekg(0, std::ios::end);
  const auto size = static_cast<std::int64_t>(in.tellg());
  if (size < 0) return bad_input("file_missing", field, path + " is no file");
  if (static_cast<std::size_t>(size) > most)
    return bad_input("file_too_large", field,
                     "expected at most " + std::to_string(most) + " bytes, found " + std::to_string(size));
  Bytes bytes(static_cast<std::size_t>(size));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!in && !bytes.empty()) return bad_input("file_missing", field, path + " cannot be read to its end");
  return bytes;
}

}  // namespace kiosk::programs
