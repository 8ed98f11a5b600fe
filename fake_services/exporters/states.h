// Levels of trouble that no request is needed for: how full a node's disk is, how far a replica of a database lags.
// Exporters show them, faults raise them, and nothing else in the world knows of them. Each has a level at which all is
// well. A state belongs to what it is about: a node, a service, or the cluster with its monitoring.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::fake_services {

enum class StateOf { node, component, cluster, monitor };

struct StateKind {
  std::string_view name;
  StateOf of = StateOf::node;
  double healthy = 0;
  double bad = 0;         // where a fault takes it that does not say where
  std::string_view unit;  // ratio, seconds, per second, flag, count
  std::string_view doc;   // what is wrong, in a few words
};
std::span<const StateKind> state_table();
// The index of a name in the table; its size if there is none.
std::size_t state_index(std::string_view name);
// The names of those of one sort, for choices of fields.
std::span<const std::string_view> states_of(StateOf of);

// A level that a fault sets.
struct StateChange {
  std::size_t state = 0;
  double level = 0;
  double strength = 0;  // 0 to 1: how far from the healthy level it is on its way
};

// Those of one node, service or cluster that are not as they should be.
class StateLevels {
 public:
  double operator[](std::size_t state) const;
  // Of two changes of one state the one counts that goes further from healthy.
  void change(const StateChange& change);
  bool empty() const { return away_.empty(); }
  bool operator==(const StateLevels&) const = default;

 private:
  std::vector<std::pair<std::size_t, double>> away_;  // sorted
};

// All levels of a world.
struct StateBoard {
  std::vector<StateLevels> services;  // by index; of no topology without exporters
  std::map<std::string, StateLevels, std::less<>> nodes;
  StateLevels cluster;  // and what watches it
  void clear();
  double level_at(std::size_t service, std::string_view node, std::size_t state) const;
};

}  // namespace firedrill::fake_services
