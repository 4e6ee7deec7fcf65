#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <vector>

#include "faults.h"
#include "tests/support/wait_until.h"

namespace kiosk::faults {
namespace {

// One line a run: seed lost doubled damaged TAB counters TAB text. A line that begins with '>' says that a run begins.
std::string line_of(std::uint64_t seed, const Outcome& o) {
  std::string line = std::to_string(seed) + " " + std::to_string(o.lost) + " " + std::to_string(o.doubled) + " " +
                     std::to_string(o.damaged) + "\t";
  for (const auto& [name, n] : o.more) line += name + "=" + std::to_string(n) + " ";
  line += "\t" + o.what;
  for (char& c : line)
    if (c == '\n') c = ' ';
  return line + "\n";
}

Outcome outcome_of(const std::string& line, std::uint64_t& seed) {
  Outcome o;
  const auto tab = line.find('\t'), second = line.find('\t', tab + 1);
  std::sscanf(line.c_str(), "%lu %ld %ld %ld", &seed, &o.lost, &o.doubled, &o.damaged);
  o.what = line.substr(second + 1);
  std::string counters = line.substr(tab + 1, second - tab - 1);
  for (std::size_t at = 0, end; (end = counters.find(' ', at)) != std::string::npos; at = end + 1) {
    const auto item = counters.substr(at, end - at);
    const auto sign = item.find('=');
    o.more[item.substr(0, sign)] = std::stoll(item.substr(sign + 1));
  }
  return o;
}

void put(int fd, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto n = ::write(fd, text.data() + at, text.size() - at);
    if (n <= 0) ::_exit(3);
    at += static_cast<std::size_t>(n);
  }
}

struct Child {
  pid_t pid = 0;
  int fd = -1;
  std::string rest;
  std::uint64_t running = 0;
  bool in_run = false;
};

double now() { return std::chrono::duration<double>(test::moment().time_since_epoch()).count(); }

void say_failure(const Trial& trial, std::uint64_t seed, const std::string& what) {
  std::fprintf(stderr, "kiosk-faults %s: seed %lu: %s\n  replay: kiosk-faults %s --runs 1 --seed %lu --trace\n",
               trial.name, seed, what.c_str(), trial.name, seed);
}

}  // namespace

void Outcome::add(const Outcome& o) {
  lost += o.lost;
  doubled += o.doubled;
  damaged += o.damaged;
  if (what.empty()) what = o.what;
  for (const auto& [name, n] : o.more) more[name] += n;
}

Sum run_all(const Trial& trial, const Options& options) {
  Sum sum;
  const double begin = now();
  const Run run = trial.prepare(options);
  const int jobs = std::max(1, std::min(options.jobs, options.runs));
  std::vector<Child> children;
  std::fflush(nullptr);
  for (int j = 0; j < jobs; ++j) {
    int pipe[2];
    if (::pipe(pipe) != 0) std::abort();
    const pid_t pid = ::fork();
    if (pid < 0) std::abort();
    if (pid == 0) {
      ::close(pipe[0]);
      for (const auto& c : children) ::close(c.fd);
      for (int i = j; i < options.runs; i += jobs) {
        const std::uint64_t seed = options.seed + static_cast<std::uint64_t>(i);
        put(pipe[1], ">" + std::to_string(seed) + "\n");
        put(pipe[1], line_of(seed, run(seed)));
      }
      std::fflush(nullptr);
      ::_exit(0);
    }
    ::close(pipe[1]);
    children.push_back({pid, pipe[0], {}, 0, false});
  }
  double said = begin;
  std::size_t open = children.size();
  while (open > 0) {
    std::vector<pollfd> polled;
    for (const auto& c : children) polled.push_back({c.fd, POLLIN, 0});
    ::poll(polled.data(), polled.size(), 1'000);
    for (std::size_t i = 0; i < children.size(); ++i) {
      if (polled[i].fd < 0 || polled[i].revents == 0) continue;
      Child& c = children[i];
      char buffer[65536];
      const auto n = ::read(c.fd, buffer, sizeof buffer);
      if (n > 0) c.rest.append(buffer, static_cast<std::size_t>(n));
      for (std::size_t end; (end = c.rest.find('\n')) != std::string::npos; c.rest.erase(0, end + 1)) {
        const std::string line = c.rest.substr(0, end);
        if (line.starts_with(">")) {
          c.running = std::stoull(line.substr(1));
          c.in_run = true;
          continue;
        }
        std::uint64_t seed = 0;
        const Outcome o = outcome_of(line, seed);
        c.in_run = false;
        ++sum.runs;
        if (!o.clean()) say_failure(trial, seed, o.what);
        sum.all.add(o);
      }
      if (n > 0) continue;
      ::close(c.fd);
      c.fd = -1;
      --open;
      int status = 0;
      ::waitpid(c.pid, &status, 0);
      if (!c.in_run && WIFEXITED(status) && WEXITSTATUS(status) == 0) continue;
      Outcome o;
      o.trouble(&Outcome::damaged, "the run ended its process, status " + std::to_string(status));
      say_failure(trial, c.running, o.what);
      sum.all.add(o);
    }
    if (now() - said > 5) {
      said = now();
      std::fprintf(stderr, "kiosk-faults %s: %d of %d runs, lost %ld doubled %ld damaged %ld, %.0f s\n", trial.name,
                   sum.runs, options.runs, sum.all.lost, sum.all.doubled, sum.all.damaged, said - begin);
    }
  }
  sum.seconds = now() - begin;
  return sum;
}

std::string to_line(const std::string& name, const Options& options, const Sum& sum) {
  std::string line = "{\"name\":\"" + name + "\",\"runs\":" + std::to_string(sum.runs) +
                     ",\"lost\":" + std::to_string(sum.all.lost) + ",\"doubled\":" + std::to_string(sum.all.doubled) +
                     ",\"damaged\":" + std::to_string(sum.all.damaged) + ",\"seed\":" + std::to_string(options.seed);
  for (const auto& [counter, n] : sum.all.more) line += ",\"" + counter + "\":" + std::to_string(n);
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.1f", sum.seconds);
  return line + ",\"seconds\":" + seconds + "}";
}

}  // namespace kiosk::faults
