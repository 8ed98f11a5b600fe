// A component of a run as a row of a table: how it is made, and how it is copied.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "driver/people/relay.h"
#include "driver/run_options.h"
#include "driver/service_host.h"
#include "events/component.h"
#include "events/sink.h"
#include "monitor/alert_receiver.h"
#include "monitor/alert_source.h"
#include "monitor/embedded/scrape_targets.h"
#include "record/record.h"
#include "scenario/load.h"

namespace firedrill::monitor {
class EmbeddedAlertmanager;
class EmbeddedMonitor;
}  // namespace firedrill::monitor

namespace firedrill::driver {

class OnCallDesk;

// What a run is about. All of it outlives the run.
struct Setup {
  const scenario::LoadedScenario& scenario;
  const RunOptions& options;
  const record::Record& record;  // blank
};

// How the components of one run find each other: each those that were made before it. Who receives alerts is made
// behind the monitors, which keep the list of them.
struct Wiring {
  explicit Wiring(events::Sink& listener) : relay(listener), sink(relay) {}
  Wiring(const Wiring&) = delete;

  Relay relay;  // people hear through it what the others tell
  events::Sink& sink;
  events::Sink* of_world = &sink;                          // to whom the world tells
  std::array<events::Sink*, 2> of_monitors{&sink, &sink};  // to whom each of the monitors tells
  // False: a copy in which nobody reads what is scraped, and nobody is told of alerts (Run::Unwatched).
  bool watched = true;
  const Clock* clock = nullptr;
  ServiceHost* host = nullptr;
  monitor::ScrapeTargets* targets = nullptr;
  monitor::AlertSource* alerts = nullptr;
  monitor::Receivers receivers;
  // Of these, what a run shows of itself while it goes on (inside.h); null: it has none.
  const fake_services::World* world = nullptr;
  const monitor::EmbeddedMonitor* monitor = nullptr;
  monitor::EmbeddedAlertmanager* alertmanager = nullptr;
  OnCallDesk* desk = nullptr;
};

struct ComponentKind {
  std::string_view name;
  // Null: this run has none.
  std::unique_ptr<events::Component> (*make)(const Setup& setup, Wiring& wiring);
  // One that goes on where the other stands, which is of this kind, among copies of the others. Null: a run that nobody
  // watches has none.
  std::unique_ptr<events::Component> (*copy)(const events::Component& other, Wiring& wiring);
};

// In the order in which they are made, and act at one time.
std::span<const ComponentKind> component_kinds();

}  // namespace firedrill::driver
