// A PostgreSQL 15 server of one's own for tests and benchmarks: a fresh cluster in a folder, reached by a Unix socket
// in it, so that no port can be taken; durable as installed (fsync on). Thread: one. Owns: the folder's contents and
// the server, which ends with it. Errors: refused postgres_missing (Debian's package postgresql-15), postgres_failed.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace kiosk::tools {

class PostgresServer {
 public:
  // `folder` is made, where the user postgres may reach it: as root the server runs as that user.
  static Result<std::unique_ptr<PostgresServer>> start(const std::string& folder);
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;

  std::string url(const std::string& database = "postgres", const std::string& schema = {}) const;
  Result<Done> make_schema(const std::string& name);
  void stop();            // as an administrator stops it: connections are ended
  Result<Done> resume();  // after stop()

 private:
  explicit PostgresServer(std::string folder) : folder_(std::move(folder)) {}
  Result<int> spawn(std::vector<std::string> words) const;
  std::string folder_;
  int pid_ = -1;
};

}  // namespace kiosk::tools
