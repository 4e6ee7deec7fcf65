// The real programs, killed with SIGKILL at random instants, either or both, while terminals issue tickets and submit
// claims as fast as they are answered. At the end all that was acknowledged is at the branch and at the centre, once.
// The instants are the machine's own: a seed gives the same plan, not the same interleaving.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>

#include "faults.h"
#include "node/lan/branch_client.h"
#include "node/store/outbox.h"
#include "sim_world.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tiny_picture.h"
#include "tests/support/wait_until.h"

namespace kiosk::faults {
namespace {

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "kiosk-faults kill: %s\n", why.c_str());
  std::abort();
}

class Program {
 public:
  Program(std::vector<std::string> args, const std::string& out) {
    std::vector<char*> argv;
    for (auto& a : args) argv.push_back(a.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ != 0) return;
    const int to = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int log = ::open((out + ".log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(to, 1);
    ::dup2(log, 2);
    for (int fd = 3; fd < 256; ++fd) ::close(fd);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  ~Program() { end(SIGKILL); }
  Program(const Program&) = delete;
  int end(int signal) {
    if (pid_ <= 0) return 0;
    ::kill(pid_, signal);
    return wait();
  }
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return status;
  }
  bool running() {
    if (pid_ <= 0) return false;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == 0) return true;
    pid_ = -1;
    return false;
  }

 private:
  pid_t pid_ = -1;
};

// Both homes as an enrolment and a first round have left them, and the port that the node knows its centre by.
struct Enrolled {
  Files branch, centre;
  int port = 0;
  std::vector<domain::Participant> people;
};

class Pair {
 public:
  Pair(const Options& o, std::string dir) : options_(o), dir_(std::move(dir)) { ::mkdir(dir_.c_str(), 0700); }

  std::string centre_home() const { return dir_ + "/centre"; }
  std::string branch_home() const { return dir_ + "/branch"; }

  std::string central(std::vector<std::string> args) {
    args.insert(args.begin(), options_.bin + "/kiosk-central");
    args.insert(args.end(), {"--home", centre_home()});
    Program p(args, dir_ + "/out");
    if (const int status = p.wait(); status != 0) give_up("kiosk-central ended with " + std::to_string(status));
    return test::slurp(dir_ + "/out");
  }
  void start_centre(int wanted) {
    const std::string file = dir_ + "/port";
    ::unlink(file.c_str());
    centre.reset(new Program({options_.bin + "/kiosk-central", "run", "--home", centre_home(), "--listen",
                              "127.0.0.1:" + std::to_string(wanted), "--port-file", file},
                             dir_ + "/centre.out"));
    port = await_port(file, *centre, "kiosk-central");
  }
  void start_branch() {
    const std::string file = dir_ + "/branch.port";
    ::unlink(file.c_str());
    branch.reset(new Program(
        {options_.bin + "/kiosk-branch", "--home", branch_home(), "--listen", "127.0.0.1:0", "--port-file", file},
        dir_ + "/branch.out"));
    await_port(file, *branch, "kiosk-branch");
  }
  std::unique_ptr<Program> centre, branch;
  int port = 0;

 private:
  int await_port(const std::string& file, Program& program, const char* name) {
    std::string text;
    const auto listens = [&] {
      text = test::slurp(file);
      if (!text.ends_with("\n") && !program.running()) give_up(std::string(name) + " ended at its start, see " + dir_);
      return text.ends_with("\n");
    };
    if (!test::wait_until(listens, test::k_patience, Millis{1})) give_up(std::string(name) + " does not listen");
    return std::atoi(text.c_str());
  }
  const Options options_;
  const std::string dir_;
};

Enrolled enrol(const Options& o, const std::string& dir) {
  Pair p(o, dir);
  p.central({"seed", "--participants", "30", "--seed", "7", "--branch", "JKT01"});
  const std::string said = p.central({"code", "--branch", "JKT01"});
  const auto line = said.rfind('\n', said.size() - 2);
  const std::string code = said.substr(line + 1, said.size() - line - 2);
  p.start_centre(0);
  p.start_branch();
  lan::BranchClient client(lan::BranchClient::at_home(p.branch_home()));
  const verbs::Actor actor{"kiosk-1", ""};
  const auto done = client.ask(actor, verbs::Enrol{"https://127.0.0.1:" + std::to_string(p.port), code});
  if (!done) give_up("the branch does not enrol: " + done.fault().code + " " + done.fault().detail);
  test::wait_until([&] {
    const auto services = client.ask(actor, verbs::ListServices{});
    const auto officers = client.ask(actor, verbs::ListOfficers{});
    if (services && officers && services->size() == 4 && officers->size() == 4) return true;
    (void)client.ask(actor, verbs::SyncNow{});
    return false;
  });
  for (int i = 0; i < 10; ++i) (void)client.ask(actor, verbs::SyncNow{});
  client.close();
  p.branch->end(SIGTERM);
  p.centre->end(SIGTERM);
  Enrolled e;
  e.port = p.port;
  e.branch = files_of(p.branch_home());
  e.centre = files_of(p.centre_home());
  SystemRandom random;
  central::Centre::Options other;
  other.home = dir + "/nowhere";
  other.clock = &test::real_clock();
  other.random = &random;
  auto nowhere = central::Centre::open(other);
  if (nowhere) e.people = (*nowhere)->seed({30, 7, ""}).value().participants;
  return e;
}

class KillRun {
 public:
  KillRun(const Options& o, const Enrolled& e, const std::string& dir, std::uint64_t seed)
      : options_(o), enrolled_(e), pair_(o, dir), random_(seed) {
    put_files(pair_.centre_home(), e.centre);
    put_files(pair_.branch_home(), e.branch);
  }

  Outcome go() {
    pair_.start_centre(enrolled_.port);
    pair_.start_branch();
    std::vector<std::thread> terminals;
    for (int t = 0; t < 2; ++t) terminals.emplace_back([this, t, seed = random_.u64()] { terminal(t, seed); });
    const auto kills = 2 + random_.below(3);
    for (std::uint64_t k = 0; k < kills; ++k) {
      test::keep_pace(Millis{3 + static_cast<std::int64_t>(random_.below(90))});
      const auto victim = random_.below(3);
      if (victim != 1) pair_.branch->end(SIGKILL);
      if (victim != 0) pair_.centre->end(SIGKILL);
      test::keep_pace(Millis{static_cast<std::int64_t>(random_.below(20))});
      if (victim != 0) pair_.start_centre(enrolled_.port);
      if (victim != 1) pair_.start_branch();
      ++kills_;
    }
    test::keep_pace(Millis{20});
    ending_ = true;
    for (auto& t : terminals) t.join();
    settle();
    pair_.branch->end(SIGTERM);
    pair_.centre->end(SIGTERM);
    judge();
    outcome_.more["acknowledged"] += static_cast<std::int64_t>(acknowledged_.size());
    outcome_.more["kills"] += kills_;
    outcome_.more["asked_again"] += again_;
    return std::move(outcome_);
  }

 private:
  // One terminal: asks until it is answered, with the same id, and remembers what was acknowledged.
  void terminal(int number, std::uint64_t seed) {
    SeededRandom random(seed);
    IdSource ids(test::real_clock(), random);
    lan::BranchClient client(lan::BranchClient::at_home(pair_.branch_home()));
    const verbs::Actor actor{"kiosk-" + std::to_string(number), ""};
    for (std::size_t n = 0; !ending_; ++n) {
      const Uuid id = ids.next();
      if (n % 8 == 3) {
        const auto& p = enrolled_.people[random.below(enrolled_.people.size())];
        verbs::SubmitClaim c{.id = id, .person = p.id};
        c.kpj = p.memberships.front().kpj.digits();
        c.name = p.name;
        c.mother = p.mother;
        c.birth = p.birth;
        c.cause = "USIA56";
        c.phone = "081234567890";
        c.npwp = "012345678901234";
        c.account = {"002", "123456789012345", p.name};
        Bytes document(2'000 + random.below(60'000));
        random.fill(document);
        if (const auto blob = client.ask(actor, verbs::PutBlob{"document", test::tiny_png(document)}))
          c.documents.push_back({"ktp", *blob});
        ask([&] { return client.ask(actor, c); }, "claim.submitted", id);
      } else {
        const verbs::IssueTicket t{.id = id, .service = n % 2 == 0 ? "JHT" : "ISO"};
        ask([&] { return client.ask(actor, t); }, "ticket.issued", id);
      }
    }
  }

  template <class F>
  void ask(F f, const char* kind, const Uuid& id) {
    for (int tries = 0; tries < 30'000; ++tries) {
      const auto r = f();
      if (r) {
        const std::lock_guard lock(mutex_);
        acknowledged_.insert(std::string(kind) + " " + id.str());
        return;
      }
      if (r.fault().kind != FaultKind::Unreachable) return;  // refused by a rule: nothing was promised
      ++again_;
      test::keep_pace(Millis{1});  // as terminals ask again
    }
    const std::lock_guard lock(mutex_);
    outcome_.trouble(&Outcome::damaged, "the branch does not answer any more");
  }

  void settle() {
    lan::BranchClient client(lan::BranchClient::at_home(pair_.branch_home()));
    const verbs::Actor actor{"kiosk-1", ""};
    verbs::SyncStatus last;
    const auto settled = [&] {
      const auto s = client.ask(actor, verbs::SyncNow{});
      if (s) last = *s;
      return s && s->pending == 0 && s->pending_blobs == 0 && s->why.empty();
    };
    test::wait_until(settled, test::k_patience, Millis{20});
    if (last.pending + last.pending_blobs > 0)
      outcome_.trouble(&Outcome::lost, "it does not settle: " + std::to_string(last.pending) + " events wait, " +
                                           last.state + " " + last.why + " " + last.why_detail);
    const auto audit = client.ask(actor, verbs::VerifyAudit{});
    if (!audit || audit->first_bad) outcome_.trouble(&Outcome::damaged, "audit verify finds the chain broken");
  }

  void judge() {
    std::map<std::string, int> at_centre;  // id -> how often
    const std::string all = pair_.central({"events", "--json", "--branch", "JKT01"});
    for (std::size_t at = 0; (at = all.find("\"id\":\"", at)) != std::string::npos; at += 6)
      ++at_centre[all.substr(at + 6, 36)];
    for (const auto& [id, times] : at_centre)
      if (times > 1) outcome_.trouble(&Outcome::doubled, "event " + id + " is at the centre twice");
    store::Store::Options o;
    o.home = pair_.branch_home();
    o.fill_log = false;
    auto opened = store::Store::open(o, crypto::load_keys(o.home, true, false).value());
    if (!opened) return outcome_.trouble(&Outcome::damaged, "the store does not open: " + opened.fault().code);
    if (const auto whole = (*opened)->check(); !whole)
      outcome_.trouble(&Outcome::damaged, "the store is not whole: " + whole.fault().code + " " + whole.fault().detail);
    std::map<std::string, int> made;  // kind and record -> events
    auto read = (*opened)->read();
    const auto events = store::events_after(read->db(), 0, 10'000'000, INT64_MAX);
    if (!events) return outcome_.trouble(&Outcome::damaged, "the store does not read");
    for (const auto& e : *events) {
      const auto header = events::decode_header(e.sealed.header);
      if (!header) return outcome_.trouble(&Outcome::damaged, "a header cannot be read");
      ++made[header->kind + " " + (header->kind == "ticket.issued" ? header->ticket : header->subject)];
      if (!at_centre.contains(header->id.str()))
        outcome_.trouble(&Outcome::lost, "event " + std::to_string(e.seq) + " is not at the centre");
    }
    if (at_centre.size() != events->size())
      outcome_.trouble(&Outcome::damaged, "the centre holds " + std::to_string(at_centre.size()) + " events of " +
                                              std::to_string(events->size()));
    for (const auto& what : acknowledged_) {
      if (made[what] == 0) outcome_.trouble(&Outcome::lost, what + " was acknowledged and is nowhere");
      if (made[what] > 1) outcome_.trouble(&Outcome::doubled, what + " is there twice");
    }
  }

  const Options options_;
  const Enrolled& enrolled_;
  Pair pair_;
  SeededRandom random_;
  Outcome outcome_;
  std::mutex mutex_;
  std::set<std::string> acknowledged_;
  std::atomic<bool> ending_ = false;
  std::atomic<std::int64_t> again_ = 0;
  std::int64_t kills_ = 0;
};

}  // namespace

Trial kill() {
  return {"kill", "the real programs killed with SIGKILL at random instants while terminals work",
          [](const Options& o) -> Run {
            return [o, mine = std::shared_ptr<const Enrolled>()](std::uint64_t seed) mutable {
              crypto::init();
              const std::string dir = o.dir + "/kill" + std::to_string(::getpid());
              // One enrolment a process: its centre keeps its port, which no other process's may take.
              if (!mine) mine = std::make_shared<const Enrolled>(enrol(o, dir + "-template"));
              return KillRun(o, *mine, dir, seed).go();
            };
          },
          100};
}

}  // namespace kiosk::faults
