// Room on the disk of a home. Photos and documents are refused first (`disk_low`); tickets, log-ins and calls never
// are: a reserve file holds blocks that are given back when the disk is really full, so that the last commits still
// fit. Thread: Disk any; Reserve by the store's one writer. Blocks: a call of the file system. Owns: HOME/reserve.
// Errors: none; a disk that does not say how much is free counts as one with room, and SQLite's own answer stands.
#pragma once
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

namespace kiosk::store {

class Disk {
 public:
  virtual ~Disk() = default;
  // Bytes a program without privileges may still write into the folder's file system.
  virtual std::optional<std::int64_t> free_bytes(const std::string& folder) const = 0;
};
class SystemDisk final : public Disk {
 public:
  std::optional<std::int64_t> free_bytes(const std::string& folder) const override;
};

enum class Room {
  Enough,
  Low,  // photos and documents are refused
  Full  // the reserve was given back as well
};
struct DiskLimits {
  std::int64_t low = 0;      // bytes; less free than this is Low; 0: no guard
  std::int64_t reserve = 0;  // bytes kept in HOME/reserve; 0: none
};
struct DiskState {
  Room room = Room::Enough;
  std::optional<std::int64_t> free_bytes;
  bool reserve_held = false;
};

class Reserve {
 public:
  Reserve(std::string home, const Disk& disk, DiskLimits limits);
  // Gives the blocks back when less than a quarter of them is free beside them; takes them again once the disk has
  // room for them and more than `low` besides. Before every transaction.
  DiskState look();
  DiskState state() const;  // without doing anything; any thread

 private:
  bool take();

  const std::string home_, file_;
  const Disk& disk_;
  const DiskLimits limits_;
  std::atomic<bool> held_{false};
};

}  // namespace kiosk::store
