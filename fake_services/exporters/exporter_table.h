// The exporters there are, and what moves what they show.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "fake_services/exporters/exporter.h"

namespace firedrill::fake_services {

struct Topology;
// One of a topology's own, or of ours: no two have one name.
std::shared_ptr<const Exporter> find_exporter(const Topology& topology, std::string_view name);

// Ours, by name, sorted. A text is read when the exporter is first asked for.
std::span<const std::string_view> exporter_names();
// Null: there is none.
std::shared_ptr<const Exporter> find_exporter(std::string_view name);

// Of ours those that have series of that name; none: nobody has. All texts are read when this is first asked.
std::span<const std::string_view> exporters_with(std::string_view series);

// What a fault of some kind moves: for who looks for what makes an alert fire.
struct MovedBy {
  std::string_view fault;  // a kind (faults/fault_table.h)
  std::string_view what;   // its field of the name; empty: it has none
};
// The faults that move a signal or state; none: nothing does.
std::vector<MovedBy> moved_by(std::string_view source);

}  // namespace firedrill::fake_services
