// An open way to a printer that takes bytes and may answer: a TCP connection, a character device. Inside this driver
// only. Thread: one. No call blocks.
#pragma once
#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <memory>

#include "base/bytes.h"
#include "base/result.h"

namespace kiosk::drivers {

class Wire {
 public:
  virtual ~Wire() = default;
  virtual int fd() const = 0;
  virtual bool answers() const = 0;                      // false: it can only be written to
  static constexpr ssize_t k_ended = -1, k_broken = -2;  // the other side closed in order, or it did not
  // Bytes moved; 0: none now.
  virtual ssize_t read(std::uint8_t* into, std::size_t most) = 0;
  virtual ssize_t write(ByteView bytes) = 0;
  virtual std::size_t unsent() const = 0;   // written, but not taken by the other side
  virtual void no_more() = 0;               // the page is over; answers may still come
  virtual bool ends_when_read() const = 0;  // the other side says that it read to the end (TCP)
  virtual void abandon() = 0;               // what is unsent must not be sent after all
};

using OpenWire = std::function<Result<std::unique_ptr<Wire>>()>;

}  // namespace kiosk::drivers
