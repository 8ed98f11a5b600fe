#include "console/drill/cause_table.h"

#include <algorithm>
#include <array>

namespace firedrill::console {
namespace {

constexpr std::array kCauses{
    CauseKind{kNothingWrong, "nothing is wrong: business as usual, or an alert that should not have fired"},
    CauseKind{"release", "a new version behaves worse than the one before"},
    CauseKind{"configuration", "a setting, a flag or a rule was changed"},
    CauseKind{"overload", "more is asked of it than it can do: traffic, retries, a backlog"},
    CauseKind{"capacity", "less of it is there than is needed: replicas, threads, connections, processor time"},
    CauseKind{"memory", "it runs out of memory, or collects garbage all the time"},
    CauseKind{"disk", "a disk is full, slow or broken"},
    CauseKind{"process", "its processes end, hang, or do not come up"},
    CauseKind{"health-check", "it is well, and a health check says that it is not, or the other way round"},
    CauseKind{"unreachable", "it is there, and what is sent to it is refused, or does not arrive"},
    CauseKind{"network", "packets are lost, delayed or throttled between two that are both well"},
    CauseKind{"name-resolution", "its name cannot be looked up"},
    CauseKind{"certificate", "its certificate is not accepted"},
    CauseKind{"slowness", "it answers, and takes too long"},
    CauseKind{"errors", "it answers, and with errors of its own"},
    CauseKind{"data", "data are missing or wrong"},
    CauseKind{"cache", "a cache is empty, and what stands behind it gets everything"},
    CauseKind{"zone", "a zone, a node or a machine room is gone"},
    CauseKind{"third-party", "somebody else's service, on which it depends"},
    CauseKind{"monitoring", "production is well: what watches it is broken"},
};

}  // namespace

std::span<const CauseKind> cause_table() {
  return kCauses;
}

const CauseKind* find_cause(std::string_view name) {
  const auto found = std::ranges::find(kCauses, name, &CauseKind::name);
  return found == kCauses.end() ? nullptr : &*found;
}

std::vector<std::string> cause_names() {
  std::vector<std::string> names;
  for (const CauseKind& each : kCauses) names.emplace_back(each.name);
  return names;
}

}  // namespace firedrill::console
