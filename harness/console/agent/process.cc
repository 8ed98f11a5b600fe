#include "console/agent/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/files/descriptor.h"
#include "base/text/format.h"

extern char** environ;

namespace firedrill::console {
namespace {

struct Pipe {
  Descriptor read;
  Descriptor write;
};

std::expected<Pipe, std::string> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::unexpected(std::generic_category().message(errno));
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

// How often who waits looks whether he is to wait on.
constexpr Duration kLook = 100ms;
// A program that has been told of the end ends by itself in that time; one that has not is ended.
constexpr Duration kMoment = 100ms;
// In that time one has ended whose output is closed because it ends.
constexpr Duration kLongMoment = 500ms;

// Time that goes by on the wall.
class Countdown {
 public:
  explicit Countdown(Duration time) : end_(stopwatch_seconds() + to_seconds(time)) {}
  Duration left() const { return from_seconds(std::max(0.0, end_ - stopwatch_seconds())); }

 private:
  double end_;
};

enum class Waited { ready, late, stopped };

// For being able to read from it, or to write to it.
Waited wait_for(int descriptor, short what, const Countdown& patience, const AgentProcess::Stop& stop) {
  pollfd polled{.fd = descriptor, .events = what, .revents = 0};
  for (;;) {
    if (stop && stop()) return Waited::stopped;
    const Duration left = patience.left();
    const int found = ::poll(&polled, 1, static_cast<int>(std::min(left, kLook).count()));
    if (found > 0) return Waited::ready;
    if (found < 0 && errno != EINTR) return Waited::late;
    if (left <= Duration(0)) return Waited::late;
  }
}

// The processes that there are, each at the head of a group of its own; 0: a free place. Those beyond the last place
// end with the program by themselves, when their standard input does.
std::array<std::atomic<pid_t>, 256> groups;
static_assert(std::atomic<pid_t>::is_always_lock_free, "a signal's handler reads them");

void replace_group(pid_t from, pid_t to) {
  for (std::atomic<pid_t>& each : groups) {
    pid_t expected = from;
    if (each.compare_exchange_strong(expected, to)) return;
  }
}

// Whether it has ended; its number, and that of its group, stays taken.
std::optional<int> status_of(pid_t pid) {
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != pid) {
    return std::nullopt;
  }
  return info.si_code == CLD_EXITED ? (info.si_status & 0xff) << 8 : info.si_status & 0x7f;
}

// Those that are to end by themselves.
class Leaving {
 public:
  void add(pid_t pid) {
    const std::lock_guard lock(mutex_);
    all_.push_back({pid, Countdown(kMoment)});
  }
  // Of those that have ended what they left behind is ended, too; those that take too long are ended.
  void look() {
    const std::lock_guard lock(mutex_);
    std::erase_if(all_, [](const One& each) {
      if (!status_of(each.pid) && each.patience.left() > Duration(0)) return false;
      ::kill(-each.pid, SIGKILL);
      ::waitpid(each.pid, nullptr, 0);
      replace_group(each.pid, 0);
      return true;
    });
  }
  bool empty() const {
    const std::lock_guard lock(mutex_);
    return all_.empty();
  }

 private:
  struct One {
    pid_t pid;
    Countdown patience;
  };
  mutable std::mutex mutex_;
  std::vector<One> all_;
};
Leaving& leaving() {
  static Leaving all;
  return all;
}

// A write to a program that has ended is an error, and no signal.
void ignore_broken_pipes() {
  static std::once_flag once;
  std::call_once(once, [] { ::signal(SIGPIPE, SIG_IGN); });
}

}  // namespace

std::string_view to_string(AgentProcess::Trouble trouble) {
  switch (trouble) {
    case AgentProcess::Trouble::ended:
      return "the agent has ended";
    case AgentProcess::Trouble::deaf:
      return "the agent has closed its input";
    case AgentProcess::Trouble::silent:
      return "the agent says nothing";
    case AgentProcess::Trouble::floods:
      return "the agent writes a line that has no end";
    case AgentProcess::Trouble::reads_not:
      return "the agent does not read what it is answered";
    case AgentProcess::Trouble::stopped:
      return "the suite was interrupted";
  }
  std::unreachable();
}

std::expected<std::unique_ptr<AgentProcess>, std::string> AgentProcess::start(const std::string& command) {
  ignore_broken_pipes();
  leaving().look();
  auto in = make_pipe();
  auto out = make_pipe();
  if (!in || !out) return std::unexpected(in ? out.error() : in.error());
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_adddup2(&actions, in->read.get(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, out->write.get(), STDOUT_FILENO);
  // In a group of its own, so that what it starts ends with it; with signals as programs expect them.
  sigset_t usual;
  ::sigemptyset(&usual);
  ::sigaddset(&usual, SIGPIPE);
  ::posix_spawnattr_setsigdefault(&attributes, &usual);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  std::array<std::string, 3> words{"sh", "-c", command};
  std::array<char*, 4> arguments{words[0].data(), words[1].data(), words[2].data(), nullptr};
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, "/bin/sh", &actions, &attributes, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (error != 0) return std::unexpected(std::generic_category().message(error));
  ::fcntl(in->write.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(out->read.get(), F_SETFL, O_NONBLOCK);
  return std::unique_ptr<AgentProcess>(new AgentProcess(pid, in->write.release(), out->read.release()));
}

AgentProcess::AgentProcess(int pid, int input, int output) : pid_(pid), input_(input), output_(output) {
  replace_group(0, pid_);
}

void AgentProcess::end_all() {
  for (const std::atomic<pid_t>& each : groups) {
    if (const pid_t group = each.load(); group > 0) ::kill(-group, SIGKILL);
  }
}

AgentProcess::~AgentProcess() {
  ::close(input_);
  ::close(output_);
  leaving().add(pid_);
  leaving().look();
}

void AgentProcess::end_those_that_are_left() {
  while (!leaving().empty()) {
    leaving().look();
    ::poll(nullptr, 0, 1);
  }
}

std::expected<void, AgentProcess::Trouble> AgentProcess::write(std::string_view line, Duration patience,
                                                               const Stop& stop) {
  const Countdown countdown(patience);
  std::size_t done = 0;
  while (done < line.size()) {
    const ssize_t written = ::write(input_, line.data() + done, line.size() - done);
    if (written > 0) {
      done += static_cast<std::size_t>(written);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      const Waited waited = wait_for(input_, POLLOUT, countdown, stop);
      if (waited == Waited::stopped) return std::unexpected(Trouble::stopped);
      if (waited == Waited::late) return std::unexpected(Trouble::reads_not);
    } else if (errno != EINTR) {
      return std::unexpected(Trouble::deaf);
    }
  }
  return {};
}

std::expected<std::string, AgentProcess::Trouble> AgentProcess::read(std::size_t longest, Duration patience,
                                                                     const Stop& stop) {
  const Countdown countdown(patience);
  for (;;) {
    const std::size_t end = buffer_.find('\n');
    if (end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      if (line.size() > longest) return std::unexpected(Trouble::floods);
      return line;
    }
    if (buffer_.size() > longest) return std::unexpected(Trouble::floods);
    if (closed_) return std::unexpected(Trouble::ended);
    const Waited waited = wait_for(output_, POLLIN, countdown, stop);
    if (waited == Waited::stopped) return std::unexpected(Trouble::stopped);
    if (waited == Waited::late) return std::unexpected(Trouble::silent);
    take_what_is_there();
  }
}

void AgentProcess::take_what_is_there() {
  std::array<char, 16384> part{};
  const ssize_t got = ::read(output_, part.data(), part.size());
  if (got > 0) buffer_.append(part.data(), static_cast<std::size_t>(got));
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) closed_ = true;
}

bool AgentProcess::forget() {
  constexpr int kMostParts = 64;
  for (int i = 0; i < kMostParts; ++i) {
    buffer_.clear();
    take_what_is_there();
    if (closed_) return false;
    if (buffer_.empty()) return true;
  }
  return false;
}

std::optional<int> AgentProcess::ending() const {
  for (const Countdown patience(kLongMoment); patience.left() > Duration(0); ::poll(nullptr, 0, 2)) {
    if (const auto status = status_of(pid_)) return status;
  }
  return std::nullopt;
}

}  // namespace firedrill::console
