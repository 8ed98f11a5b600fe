#include "driver/live/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/files/spawn.h"
#include "base/text/format.h"
#include "fake_services/process/serve_replica.h"
#include "http/loopback.h"

namespace firedrill::driver::live {
namespace {

constexpr time_t kPatienceSeconds = 5;

std::string why(std::string_view what, int error) {
  return format("{}: {}", what, std::generic_category().message(error));
}

}  // namespace

std::expected<ChildProcess, std::string> ChildProcess::start(const std::string& called, std::string_view as,
                                                             int allowances) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return std::unexpected(why("no control line", errno));
  Descriptor ours(ends[0]);
  Descriptor theirs(ends[1]);
  http::set_close_on_exec(ours.get());
  http::set_close_on_exec(theirs.get());
  // One that is stopped takes no messages: whoever has some for it must not wait for ever.
  const timeval patience{.tv_sec = kPatienceSeconds, .tv_usec = 0};
  ::setsockopt(ours.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  // dup2 onto itself would leave the flag that closes it.
  if (theirs.get() == fake_services::kControlDescriptor || theirs.get() == fake_services::kAllowancesDescriptor) {
    Descriptor other(::fcntl(theirs.get(), F_DUPFD_CLOEXEC, fake_services::kAllowancesDescriptor + 1));
    theirs = std::move(other);
  }
  // The control line, no input, and nothing printed: what the process has to say it says over the line.
  SpawnPlan plan;
  if (!theirs || !plan.open(STDIN_FILENO, "/dev/null", O_RDONLY) || !plan.open(STDOUT_FILENO, "/dev/null", O_WRONLY) ||
      !plan.pass(theirs.get(), fake_services::kControlDescriptor) ||
      (allowances >= 0 && !plan.pass(allowances, fake_services::kAllowancesDescriptor)) || !plan.separate()) {
    return std::unexpected("no memory for a process");
  }
  const std::array<std::string, 2> arguments = {std::string(as), called};
  pid_t pid = -1;
  if (const int error = plan.spawn_self(pid, arguments); error != 0) {
    return std::unexpected(why("no process could be started", error));
  }
  return ChildProcess(pid, fake_services::Control(std::move(ours)));
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), control_(std::move(other.control_)), code_(other.code_) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(control_, other.control_);
  std::swap(code_, other.code_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (pid_ <= 0 || code_) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void ChildProcess::signal(int number) {
  if (pid_ > 0 && !ended()) ::kill(pid_, number);
}

std::optional<int> ChildProcess::ended() {
  if (code_ || pid_ <= 0) return code_;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return code_;
}

}  // namespace firedrill::driver::live
