// The production that is exercised where the user gives none: firedrill's own shop, watched by the exporters whose
// metrics the rules read, under the job names that the rules know.
#pragma once

#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "exercise/drill.h"
#include "exercise/subject.h"

namespace firedrill::exercise {

Stand fitted_stand(std::span<const Subject> subjects);

// The exporter that has a metric, by the name of its series; empty: none.
std::string exporter_with(const std::string& metric);

// A level of trouble (fake_services/exporters/states.h) that some metric of the rules shows: the fault that raises it,
// its name, and where the exporter stands that shows it (a service, or nothing).
struct ShownState {
  std::string fault;
  std::string what;
  std::string service;
  bool silences = false;  // the exporter does not answer, or is not found: all that it has is gone
  auto operator<=>(const ShownState&) const = default;
};
std::set<ShownState> shown_states(const Subject& subject, const fake_services::Topology& topology);

// Whether something that it reads follows what happens to services, or whether they are scraped; else it all hangs on
// levels of trouble and on time.
bool depends_on_services(const Subject& subject, const fake_services::Topology& topology);

}  // namespace firedrill::exercise
