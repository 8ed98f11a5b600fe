// How a scenario is run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bounds/budget.h"
#include "base/time.h"
#include "promql/options.h"
#include "record/people/drill.h"

namespace firedrill::monitor {
class RealPrograms;
struct MonitorFindings;
}  // namespace firedrill::monitor

namespace firedrill::driver {

// Which series a record keeps.
enum class Keep {
  none,    // the results stand in it, and cannot be judged again; nothing is charted
  needed,  // what rules, expectations and charts read, and the truth by minute
  all,     // every series that was scraped
};
std::string_view to_string(Keep keep);
std::optional<Keep> parse_keep(std::string_view text);

namespace live {
class LiveWorld;
class SimulatedWarmUp;
}  // namespace live

struct RunOptions {
  std::uint64_t seed = 1;
  promql::Version promql = promql::Version::v3;
  Keep keep = Keep::needed;
  bool logs = false;            // are kept while it goes on, also where the record keeps nothing
  Duration reach{};             // samples are there for so long at least, for whoever queries while it goes on
  bool numbered_pods = false;   // in the simulated world they are called as processes are, web-0
  bool disable_faults = false;  // for tests: the injector reports, but turns nothing
  std::string command{};        // that reproduces the run, for the record
  // Of a drill that somebody works: the record has it, and is not judged by expectations.
  std::optional<record::DrillRecord> drill{};
  Budget* budget = nullptr;         // of the command; null: no bound
  live::LiveWorld* live = nullptr;  // null: services are simulated. It must outlive the run, and is for one alone
  // Of a live world: what was before, which its monitor goes on from; null: nothing. It must outlive the run.
  const live::SimulatedWarmUp* warm_up = nullptr;
  // Of a live world: the programs that monitor it; null: the embedded monitor does. They must outlive the run.
  monitor::RealPrograms* programs = nullptr;
  // Of such a run: where what the embedded monitor finds beside them goes; null: it is not there.
  monitor::MonitorFindings* beside = nullptr;
};

}  // namespace firedrill::driver
