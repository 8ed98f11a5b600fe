#include "fake_services/topology/pre_stop.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/text/numbers.h"

namespace firedrill::fake_services {
namespace {

constexpr double kLongest = 1e6;  // seconds

std::string_view program(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // all of it, where there is none
}

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> out;
  while (!line.empty()) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string_view::npos) break;
    line.remove_prefix(begin);
    out.push_back(line.substr(0, line.find(' ')));
    line.remove_prefix(out.back().size());
  }
  return out;
}

// "5", "2.5" or "5s", as coreutils has it.
std::optional<Duration> slept(const std::vector<std::string_view>& command) {
  if (command.size() != 2 || program(command[0]) != "sleep") return std::nullopt;
  std::string_view text = command[1];
  if (text.ends_with('s')) text.remove_suffix(1);
  const auto seconds = parse_float(text);
  if (!seconds || !(*seconds >= 0) || *seconds > kLongest) return std::nullopt;
  return from_seconds(*seconds);
}

}  // namespace

std::optional<Duration> pre_stop_time(const PreStopSpec& hook) {
  if (hook.sleep_seconds) return std::chrono::seconds(*hook.sleep_seconds);
  if (!hook.exec) return std::nullopt;
  std::vector<std::string_view> command(hook.exec->command.begin(), hook.exec->command.end());
  constexpr std::array<std::string_view, 4> kShells = {"sh", "bash", "ash", "dash"};
  if (command.size() == 3 && std::ranges::find(kShells, program(command[0])) != kShells.end() && command[1] == "-c") {
    command = words(command[2]);
  }
  return slept(command);
}

}  // namespace firedrill::fake_services
