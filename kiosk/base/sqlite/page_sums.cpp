#include "base/sqlite/page_sums.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>

namespace kiosk::sqlite {
namespace {
constexpr char k_magic[] = "kiosk-page-sums";  // 16 bytes with its zero
constexpr std::int64_t k_entry = 8;
constexpr std::size_t k_most_waiting = 512;

std::int64_t place_of(std::int64_t page) { return static_cast<std::int64_t>(sizeof k_magic) + (page - 1) * k_entry; }

int code_of(const Result<Done>& r) {
  if (r) return SQLITE_OK;
  return r.fault().code == "store_full" ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}
}  // namespace

std::unique_ptr<PageSums> PageSums::open(const std::string& path, const std::string& vfs) {
  auto file = SideFile::open(path, vfs, false);
  return file ? std::unique_ptr<PageSums>(new PageSums(std::move(file).value())) : nullptr;
}

// Two running sums over 32-bit words, of which the second depends on the order, begun with the page's number.
std::uint64_t PageSums::sum(std::int64_t page, const unsigned char* data, int size) {
  std::uint32_t a = static_cast<std::uint32_t>(page) * 0x9e3779b1U + 1, b = ~a;
  for (int i = 0; i + 8 <= size; i += 8) {
    std::uint32_t x, y;
    std::memcpy(&x, data + i, 4);
    std::memcpy(&y, data + i + 4, 4);
    a += x + b;
    b += y + a;
  }
  const std::uint64_t s = std::uint64_t{a} << 32 | b;
  return s == 0 ? 1 : s;
}

Bytes PageSums::begin() {
  const auto* magic = reinterpret_cast<const std::uint8_t*>(k_magic);
  return Bytes(magic, magic + sizeof k_magic);
}

void PageSums::append(Bytes& to, std::uint64_t sum) {
  for (int i = 0; i < k_entry; ++i) to.push_back(static_cast<std::uint8_t>(sum >> (8 * i)));
}

bool PageSums::fits(std::int64_t page, const unsigned char* data, int size) {
  if (!waiting_.empty() && flush() != SQLITE_OK) return false;
  std::uint8_t entry[k_entry] = {};
  if (!file_.read_into(place_of(page), entry, k_entry)) std::memset(entry, 0, sizeof entry);
  std::uint64_t known = 0;
  for (int i = 0; i < k_entry; ++i) known |= std::uint64_t{entry[i]} << (8 * i);
  if (known == 0) return std::all_of(data, data + size, [](unsigned char c) { return c == 0; });
  return known == sum(page, data, size);
}

int PageSums::put(std::int64_t page, const unsigned char* data, int size) {
  const bool goes_on = !waiting_.empty() && page == first_ + static_cast<std::int64_t>(waiting_.size());
  if (!goes_on || waiting_.size() >= k_most_waiting)
    if (const int rc = flush(); rc != SQLITE_OK) return rc;
  if (waiting_.empty()) first_ = page;
  waiting_.push_back(sum(page, data, size));
  return SQLITE_OK;
}

int PageSums::flush() {
  if (waiting_.empty()) return SQLITE_OK;
  Bytes bytes;
  for (const auto s : waiting_) append(bytes, s);
  waiting_.clear();  // also when it failed: the checkpoint has failed with it and writes these pages again
  return code_of(file_.write(place_of(first_), bytes));
}

int PageSums::cut(std::int64_t pages) {
  if (const int rc = flush(); rc != SQLITE_OK) return rc;
  return file_.size() > place_of(pages + 1) ? code_of(file_.truncate(place_of(pages + 1))) : SQLITE_OK;
}

int PageSums::sync() {
  if (const int rc = flush(); rc != SQLITE_OK) return rc;
  return code_of(file_.sync());
}

}  // namespace kiosk::sqlite
