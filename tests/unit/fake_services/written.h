// A world whose logs are written, and what was.
#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "events/sink.h"
#include "shop.h"

namespace firedrill::fake_services {

// Hears what is written.
struct Written final : events::Sink {
  std::vector<events::LogLine> lines;
  std::vector<events::ClusterEvent> events;
  std::vector<events::Event> told;
  void on_event(events::Event event) override { told.push_back(std::move(event)); }
  void on_log(const events::LogLine& line) override { lines.push_back(line); }
  void on_cluster_event(const events::ClusterEvent& event) override { events.push_back(event); }
};

inline Written run(WorldSpec spec, Duration span = std::chrono::minutes(40)) {
  spec.log_every = std::chrono::minutes(2);
  Written written;
  World world(std::move(spec), written);
  std::vector<double> values;
  const Time end = world.now() + span;
  while (world.now() < end) {
    world.advance_to(world.now() + std::chrono::seconds(15));
    for (std::size_t i = 0; i < world.targets().size(); ++i) world.scrape(i, values);
  }
  world.write_last_lines();
  std::ranges::stable_sort(written.lines, {}, &events::LogLine::t);
  return written;
}

inline std::vector<events::LogLine> of(const Written& written, std::string_view service, std::string_view cause) {
  std::vector<events::LogLine> out;
  std::ranges::copy_if(written.lines, std::back_inserter(out),
                       [&](const events::LogLine& line) { return line.service == service && line.cause == cause; });
  return out;
}

}  // namespace firedrill::fake_services
