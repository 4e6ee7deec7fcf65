// Child processes for the demo and for tests of real programs: start, wait, signal, capture.
// Thread: a Process belongs to one. Owns: the child; destroying a Process that still runs kills it with SIGKILL.
// No shell is involved: arguments are passed as they are.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace kiosk::tools {

struct Command {
  std::vector<std::string> argv;
  std::map<std::string, std::string> env;  // added to this process's
  std::string input;                       // on standard input (run only)
  std::string out_path, err_path;          // start: where output goes; empty: /dev/null
};

class Process {
 public:
  static Result<Process> start(const Command& command);
  Process(Process&& o) noexcept : pid_(o.pid_), status_(o.status_) { o.pid_ = -1; }
  Process& operator=(Process&& o) noexcept;
  ~Process();
  int pid() const { return pid_; }
  void signal(int number) const;
  std::optional<int> wait(Millis timeout);  // exit status, 128 + signal; nullopt: still running
  bool running();

 private:
  explicit Process(int pid) : pid_(pid) {}
  int pid_ = -1;
  std::optional<int> status_;
};

struct Finished {
  int status = -1;
  std::string out, err;
};
// Runs to the end; after `timeout` the child is killed and the fault is unreachable program_timeout.
Result<Finished> run(const Command& command, Millis timeout);

// Why a program that ended otherwise than with 0 did so, for people: its last line on standard error, else on standard
// output, else that it said nothing; a signal by name. Never empty.
std::string last_words(const Finished& finished);

// The folder of the running program, where its siblings are.
std::string program_dir();

}  // namespace kiosk::tools
