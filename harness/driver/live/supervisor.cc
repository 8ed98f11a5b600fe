#include "driver/live/supervisor.h"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "fake_services/process/control.h"
#include "http/loopback.h"

namespace firedrill::driver::live {
namespace {

constexpr double kPatienceSeconds = 3;  // until what was killed is gone

// A hold on a process that no other can be taken for, whatever numbers are given again (pidfd_open(2)).
Descriptor hold_on(pid_t process) {
#ifdef SYS_pidfd_open
  return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
#else
  return Descriptor();
#endif
}

void kill_held(const Descriptor& held) {
#ifdef SYS_pidfd_send_signal
  if (held) (void)::syscall(SYS_pidfd_send_signal, held.get(), SIGKILL, nullptr, 0);
#endif
}

std::optional<pid_t> number(const json::object& message, const char* key) {
  const json::value* found = message.if_contains(key);
  if (found == nullptr || !found->is_int64()) return std::nullopt;
  return static_cast<pid_t>(found->as_int64());
}

bool is_gone(const Descriptor& held) {
  pollfd poll{.fd = held.get(), .events = POLLIN, .revents = 0};
  return !held || ::poll(&poll, 1, 0) > 0;
}

}  // namespace

std::expected<Supervisor, std::string> Supervisor::start() {
  auto process = ChildProcess::start("supervisor", kAsSupervisor);
  if (!process) return std::unexpected(process.error());
  return Supervisor(std::move(*process));
}

void Supervisor::watch(pid_t process) {
  process_.control().send({{"watch", static_cast<std::int64_t>(process)}});
}

void Supervisor::forget(pid_t process) {
  process_.control().send({{"forget", static_cast<std::int64_t>(process)}});
}

void Supervisor::watch_folder(const std::string& folder) {
  process_.control().send({{"folder", folder}});
}

int supervise(Descriptor end) {
  // Nothing but the end of its lease ends it.
  for (const int each : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP}) ::signal(each, SIG_IGN);
  http::set_close_on_exec(end.get());
  fake_services::Control control(std::move(end));
  std::map<pid_t, Descriptor> held;
  std::string folder;
  bool leased = true;
  while (leased) {
    pollfd poll{.fd = control.descriptor(), .events = POLLIN, .revents = 0};
    ::poll(&poll, 1, -1);
    leased = control.receive();
    while (const auto message = control.next()) {
      if (const auto process = number(*message, "watch")) held.insert_or_assign(*process, hold_on(*process));
      if (const auto process = number(*message, "forget")) held.erase(*process);
      if (const json::value* named = message->if_contains("folder"); named != nullptr && named->is_string()) {
        folder = std::string(named->as_string());
      }
    }
  }
  for (const auto& [process, hold] : held) kill_held(hold);
  const double until = stopwatch_seconds() + kPatienceSeconds;
  while (!held.empty() && stopwatch_seconds() < until) {
    std::erase_if(held, [](const auto& each) { return is_gone(each.second); });
    sleep_seconds(0.01);
  }
  // What still ran might have written into it.
  std::error_code error;
  if (!folder.empty()) std::filesystem::remove_all(folder, error);
  return held.empty() ? 0 : 1;
}

}  // namespace firedrill::driver::live
