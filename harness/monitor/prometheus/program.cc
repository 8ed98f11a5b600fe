#include "monitor/prometheus/program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "base/files/spawn.h"
#include "base/text/format.h"

namespace firedrill::monitor {
namespace {

constexpr int kCannotBecome = 127;  // as a shell has it
constexpr int kFirstOfOthers = 3;
constexpr std::size_t kMostLines = 500;
constexpr std::size_t kLongestLine = 64 * 1024;
constexpr double kLook = 0.02;

std::string why(std::string_view what, int error) {
  return format("{}: {}", what, std::generic_category().message(error));
}

void close_others() {
#ifdef SYS_close_range
  (void)::syscall(SYS_close_range, kFirstOfOthers, ~0U, 0);
#endif
}

}  // namespace

int become_program(int argc, char** argv) {
  constexpr int kParent = 2;
  constexpr int kFile = 3;
  if (argc <= kFile) return kCannotBecome;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  pid_t parent = 0;
  std::from_chars(argv[kParent], argv[kParent] + std::strlen(argv[kParent]), parent);
  if (::getppid() != parent) return kCannotBecome;  // it was gone before it could be asked for
  close_others();
  ::execv(argv[kFile], argv + kFile);
  const std::string text = why(argv[kFile], errno) + "\n";
  (void)!::write(STDERR_FILENO, text.data(), text.size());
  return kCannotBecome;
}

std::expected<std::unique_ptr<Program>, std::string> Program::start(const std::string& file,
                                                                    const std::vector<std::string>& arguments,
                                                                    ProgramWatch watch) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::unexpected(why("no pipe", errno));
  Descriptor ours(ends[0]);
  const Descriptor theirs(ends[1]);
  SpawnPlan plan;
  if (!plan.open(STDIN_FILENO, "/dev/null", O_RDONLY) || !plan.pass(theirs.get(), STDOUT_FILENO) ||
      !plan.pass(theirs.get(), STDERR_FILENO) || !plan.separate()) {
    return std::unexpected("no memory for a process");
  }
  std::vector<std::string> all{std::string(kAsProgram), std::to_string(::getpid()), file};
  all.insert(all.end(), arguments.begin(), arguments.end());
  pid_t pid = -1;
  if (const int error = plan.spawn_self(pid, all); error != 0) {
    return std::unexpected(why("no process could be started", error));
  }
  std::unique_ptr<Program> program(new Program(pid, std::move(ours), std::move(watch)));
  try {
    program->reader_ = std::thread([made = program.get()] { made->read(); });
  } catch (const std::system_error& error) {
    return std::unexpected(format("no thread for what {} prints: {}", file, error.what()));
  }
  return program;
}

Program::Program(pid_t pid, Descriptor output, ProgramWatch watch)
    : pid_(pid), output_(std::move(output)), watch_(std::move(watch)) {
  if (watch_.started) watch_.started(pid_);
}

Program::~Program() {
  stop(Duration(0));
  if (reader_.joinable()) reader_.join();
}

// What it prints has to be taken, or it would wait.
void Program::read() {
  std::string rest;
  char part[4096];
  while (true) {
    const ssize_t got = ::read(output_.get(), part, sizeof part);
    if (got < 0 && errno == EINTR) continue;
    const std::scoped_lock lock(mutex_);
    if (got <= 0) {
      if (!rest.empty()) lines_.push_back(rest);
      at_end_ = true;
      break;
    }
    rest.append(part, static_cast<std::size_t>(got));
    std::size_t from = 0;
    for (std::size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n', from)) {
      lines_.push_back(rest.substr(from, end - from));
      from = end + 1;
    }
    rest.erase(0, from);
    if (rest.size() > kLongestLine) rest.clear();
    while (lines_.size() > kMostLines) lines_.pop_front();
    printed_.notify_all();
  }
  printed_.notify_all();
}

std::optional<int> Program::ended() {
  if (code_) return code_;
  siginfo_t info{};
  const int asked = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
  if (asked != 0 || info.si_pid != pid_) return std::nullopt;
  reap();
  return code_;
}

// It is over, and nobody has been told: whoever watches it is, and then its number goes.
void Program::reap() {
  if (watch_.over) watch_.over(pid_);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::optional<int> Program::wait_for_end(Duration at_most) {
  const double until = stopwatch_seconds() + to_seconds(at_most);
  while (!ended() && stopwatch_seconds() < until) sleep_seconds(kLook);
  return ended();
}

void Program::reload() {
  if (!ended()) ::kill(pid_, SIGHUP);
}

void Program::stop(Duration grace) {
  if (ended()) return;
  if (grace > Duration(0)) ::kill(pid_, SIGTERM);
  if (wait_for_end(grace)) return;
  ::kill(pid_, SIGKILL);
  reap();
}

std::optional<std::string> Program::wait_for_line(const std::function<bool(std::string_view)>& fits, Duration at_most,
                                                  const std::function<bool()>& is_over) {
  const double until = stopwatch_seconds() + to_seconds(at_most);
  std::unique_lock lock(mutex_);
  while (true) {
    const auto found = std::ranges::find_if(lines_, fits);
    if (found != lines_.end()) return *found;
    const double left = until - stopwatch_seconds();
    if (at_end_ || left <= 0 || is_over()) return std::nullopt;
    printed_.wait_for(lock, std::chrono::duration<double>(std::min(left, 0.1)));
  }
}

std::vector<std::string> Program::lines() const {
  const std::scoped_lock lock(mutex_);
  return {lines_.begin(), lines_.end()};
}

}  // namespace firedrill::monitor
