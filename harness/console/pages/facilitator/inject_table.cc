#include "console/pages/facilitator/inject_table.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text/format.h"
#include "console/facilitator.h"
#include "fake_services/actions/action_table.h"
#include "fake_services/faults/fault_table.h"

namespace firedrill::console::pages {
namespace {

struct InjectSpec {
  std::string_view kind;
  std::string_view mode;                                      // of the replicas
  std::vector<std::pair<std::string_view, FieldValue>> with;  // its own fields
  std::string_view comes = "at once";
  std::string_view stays = "";  // of it when it has been ended
};

const std::vector<InjectSpec>& injects() {
  static const std::vector<InjectSpec> kTable{
      {"http_error", "all", {{"code", std::int64_t{500}}, {"probability", 0.4}}},
      {"latency", "all", {{"p50", Duration(2s)}}},
      {"hang", "one", {}},
      {"crash_loop", "one", {}},
      {"dependency_down", "all", {}},
      {"cpu_throttle", "all", {{"percent", 0.9}}},
      {"memory_leak",
       "all",
       {{"rate", 40.0 * 1024 * 1024}},
       "at once, and more and more",
       "what was taken is given back by a restart"},
      {"traffic_surge", "all", {{"factor", 2.5}}},
      {"bad_deploy",
       "all",
       {{"version", std::string("9.9.9")}, {"errors", 0.3}},
       "pod by pod, as a version is rolled out",
       "it is rolled back pod by pod, too"},
  };
  return kTable;
}

// Behind the end: only somebody begins it.
constexpr Duration kNever = std::chrono::hours(24 * 366);

fake_services::FaultSpec fault_of(const InjectSpec& row, const fake_services::FaultKind& kind,
                                  const std::string& service) {
  Fields fields;
  const Position nowhere{};
  fields.set("id", inject_name(row.kind, service), nowhere);
  TargetSpec target;
  target.service = service;
  target.mode = row.mode;
  fields.set("target", target, nowhere);
  fields.set("at", kNever, nowhere);
  for (const auto& [name, value] : row.with) fields.set(name, value, nowhere);
  return fake_services::make_fault(kind, fields, {});
}

}  // namespace

std::vector<std::string_view> inject_kinds() {
  std::vector<std::string_view> out;
  for (const InjectSpec& row : injects()) out.push_back(row.kind);
  return out;
}

std::vector<std::string_view> cures_of_inject(std::string_view kind) {
  std::vector<std::string_view> out;
  for (const fake_services::ActionSpec& action : fake_services::action_table()) {
    if (std::ranges::find(action.cures, kind) != action.cures.end()) out.push_back(action.name);
  }
  return out;
}

std::string course_of_inject(std::string_view kind) {
  const auto row = std::ranges::find(injects(), kind, &InjectSpec::kind);
  if (row == injects().end()) return {};
  const fake_services::FaultKind* of = fake_services::find_fault(kind);
  const bool whole = of != nullptr && !of->of_replicas;
  const std::string_view whom = whole ? "the whole service" : row->mode == "one" ? "one replica" : "all replicas";
  std::string out = format("{}, {}, until you end it", whom, row->comes);
  for (const std::string_view action : cures_of_inject(kind)) out += format(" or the trainee does a {}", action);
  if (!row->stays.empty()) out += format("; {}", row->stays);
  return out;
}

std::string inject_name(std::string_view kind, std::string_view service) {
  return format("{}{}-{}", kInject, kind, service);
}

std::shared_ptr<const scenario::LoadedScenario> with_injects(const scenario::LoadedScenario& scenario) {
  auto out = std::make_shared<scenario::LoadedScenario>(scenario);
  for (const InjectSpec& row : injects()) {
    const fake_services::FaultKind* kind = fake_services::find_fault(row.kind);
    if (kind == nullptr) continue;
    for (const fake_services::ServiceSpec& service : scenario.topology.services) {
      fake_services::FaultSpec fault = fault_of(row, *kind, service.name);
      if (!fake_services::validate(fault, scenario.topology).empty()) continue;
      const std::string name = fault.id;
      for (int time = 1; time <= kInjectTimes; ++time) {
        fault.id = inject_for_time(name, static_cast<std::size_t>(time));
        out->faults.push_back(fault);
      }
    }
  }
  return out;
}

}  // namespace firedrill::console::pages
