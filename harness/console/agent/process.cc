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

#include "base/files/descriptor.h"
#include "base/text/format.h"

extern char** environ;

namespace firedrill::console {
namespace {

constexpr std::size_t kMostBuffered = 1U << 20U;

struct Pipe {
  Descriptor read;
  Descriptor write;
};

std::expected<Pipe, std::string> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::unexpected(std::generic_category().message(errno));
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

// True: it can be read from, or written to; false: not within that time.
bool wait_for(int descriptor, short what, Duration patience) {
  pollfd polled{.fd = descriptor, .events = what, .revents = 0};
  for (;;) {
    const int found = ::poll(&polled, 1, static_cast<int>(std::min<Duration::rep>(patience.count(), 3'600'000)));
    if (found > 0) return true;
    if (found == 0 || errno != EINTR) return false;
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
    case AgentProcess::Trouble::silent:
      return "the agent says nothing";
    case AgentProcess::Trouble::floods:
      return "the agent writes a line that has no end";
    case AgentProcess::Trouble::reads_not:
      return "the agent does not read what it is answered";
  }
  std::unreachable();
}

std::expected<std::unique_ptr<AgentProcess>, std::string> AgentProcess::start(const std::string& command) {
  ignore_broken_pipes();
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
  end();
  replace_group(pid_, 0);
}

void AgentProcess::end() const {
  // One that has been told of the end ends by itself in a moment; one that has not is ended.
  constexpr int kMoments = 20;
  for (int i = 0; i < kMoments; ++i) {
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
      ::kill(-pid_, SIGKILL);  // what it has left behind
      return;
    }
    ::poll(nullptr, 0, 5);
  }
  ::kill(-pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::expected<void, AgentProcess::Trouble> AgentProcess::write(std::string_view line, Duration patience) {
  std::size_t done = 0;
  while (done < line.size()) {
    const ssize_t written = ::write(input_, line.data() + done, line.size() - done);
    if (written > 0) {
      done += static_cast<std::size_t>(written);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!wait_for(input_, POLLOUT, patience)) return std::unexpected(Trouble::reads_not);
    } else if (errno != EINTR) {
      return std::unexpected(Trouble::ended);
    }
  }
  return {};
}

std::expected<std::string, AgentProcess::Trouble> AgentProcess::read(std::size_t longest, Duration patience) {
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
    if (!wait_for(output_, POLLIN, patience)) return std::unexpected(Trouble::silent);
    std::array<char, 16384> part{};
    const ssize_t got = ::read(output_, part.data(), std::min(part.size(), kMostBuffered));
    if (got > 0) {
      buffer_.append(part.data(), static_cast<std::size_t>(got));
    } else if (got == 0) {
      closed_ = true;
    } else if (errno != EAGAIN && errno != EINTR) {
      return std::unexpected(Trouble::ended);
    }
  }
}

}  // namespace firedrill::console
