#include "tests/tools/postgres/postgres_server.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include "tests/support/wait_until.h"

namespace kiosk::tools {
namespace {
constexpr const char* k_programs = "/usr/lib/postgresql/15/bin/";

int status_of(int pid) {
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
}  // namespace

Result<int> PostgresServer::spawn(std::vector<std::string> words) const {
  const std::string log = folder_ + "/log";
  words[0] = k_programs + words[0];
  if (::access(words[0].c_str(), X_OK) != 0)
    return refused("postgres_missing", words[0] + " is not there: install Debian's package postgresql-15");
  std::vector<char*> argv;
  for (auto& w : words) argv.push_back(w.data());
  argv.push_back(nullptr);
  const passwd* user = ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr;
  if (::geteuid() == 0 && user == nullptr) return refused("postgres_missing", "there is no user postgres");
  const int parent = ::getpid();
  const int pid = ::fork();
  if (pid < 0) return refused("postgres_failed", "fork");
  if (pid == 0) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    // All of the user's identity: a server that kept root's own groups is refused by some set-ups of PostgreSQL.
    if (user != nullptr &&
        (::initgroups(user->pw_name, user->pw_gid) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
      ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (::getppid() != parent || ::chdir(folder_.c_str()) != 0) ::_exit(126);
    const int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(fd, 1);
    ::dup2(fd, 2);
    ::setenv("LC_ALL", "C.UTF-8", 1);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  return pid;
}

Result<std::unique_ptr<PostgresServer>> PostgresServer::start(const std::string& folder) {
  std::unique_ptr<PostgresServer> s(new PostgresServer(folder));
  if (::mkdir(folder.c_str(), 0700) != 0) return refused("postgres_failed", "the folder cannot be made");
  if (const passwd* user = ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr)
    if (::chown(folder.c_str(), user->pw_uid, user->pw_gid) != 0) return refused("postgres_failed", "chown");
  TRY(const int made,
      s->spawn({"initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"}));
  if (status_of(made) != 0) return refused("postgres_failed", "initdb: see " + folder + "/log");
  TRY_DONE(s->resume());
  return s;
}

Result<Done> PostgresServer::resume() {
  TRY(pid_, spawn({"postgres", "-D", "data", "-k", folder_, "-c", "listen_addresses=", "-c", "max_connections=60", "-c",
                   "shared_buffers=256MB", "-c", "max_wal_size=2GB"}));
  // A busy machine may need long for a start that takes a tenth of a second on an idle one.
  Result<Done> up = refused("postgres_failed", "it does not answer");
  const auto decided = [&]() -> bool {
    const auto asked = spawn({"pg_isready", "-q", "-h", folder_, "-U", "postgres"});
    if (!asked) {
      up = asked.fault();
    } else if (status_of(*asked) == 0) {
      up = Done{};
    } else if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      up = refused("postgres_failed", "it ended at once: see " + folder_ + "/log");
    } else {
      return false;
    }
    return true;
  };
  test::wait_until(decided, test::k_patience, Millis{20});
  return up;
}

std::string PostgresServer::url(const std::string& database, const std::string& schema) const {
  std::string u = "postgresql://postgres@/" + database + "?host=" + folder_;
  if (!schema.empty()) u += "&options=-csearch_path%3D" + schema;
  return u;
}

Result<Done> PostgresServer::make_schema(const std::string& name) {
  TRY(const int made, spawn({"psql", "-q", "-h", folder_, "-U", "postgres", "-c", "CREATE SCHEMA " + name}));
  if (status_of(made) != 0) return refused("postgres_failed", "CREATE SCHEMA: see " + folder_ + "/log");
  return Done{};
}

void PostgresServer::stop() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGINT);
  status_of(pid_);
  pid_ = -1;
}

PostgresServer::~PostgresServer() { stop(); }

}  // namespace kiosk::tools
