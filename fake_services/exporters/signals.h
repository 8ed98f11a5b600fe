// What an exporter's expressions can read: the signals of the simulated world, a closed list, and behind them the
// states (states.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fake_services/exporters/states.h"
#include "fake_services/production.h"
#include "fake_services/telemetry/telemetry_conditions.h"

namespace firedrill::fake_services {

// Of what a signal tells.
enum class SignalOf { any, service, node, pod, code, caller, monitor };

// What there is at one moment, and what an expression is about. Where something is missing, its signals are zero.
struct Vantage {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  const Production* production = nullptr;
  const StateBoard* board = nullptr;
  const MonitorCounts* monitor = nullptr;
  const AlertmanagerCounts* alertmanager = nullptr;
  Time started{};  // the exporter's process
  std::size_t service = kNone;
  std::size_t slot = kNone;    // the pod (pods.h) that is watched or that a series is about
  std::size_t code = kNone;    // of the service's codes
  std::size_t caller = kNone;  // a service
  std::size_t ordinal = 0;     // of the target among those of its exporter and service
  std::string_view node{};
};

struct WorldSignal {
  std::string_view name;
  SignalOf of = SignalOf::any;
  std::string_view unit;
  std::string_view doc;
  double (*read)(const Vantage&) = nullptr;
};
std::span<const WorldSignal> world_signals();

// Signals and states together, as expressions name them.
std::optional<std::uint16_t> find_source(std::string_view name);
std::string_view source_name(std::uint16_t source);
std::span<const std::string> source_names();
double read_source(std::uint16_t source, const Vantage& vantage);

// Whether somebody who connects to the pod in a slot, or to a third party's service, is answered.
bool answers(const Production& production, std::size_t service, std::size_t slot);

}  // namespace firedrill::fake_services
