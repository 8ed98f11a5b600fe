// What is seen of a live run while it goes on: a line for each thing that happens, and on a terminal below them how
// everything stands.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/console.h"
#include "driver/live/live_world.h"
#include "events/sink.h"

namespace firedrill::cli {

class LiveView final : public events::Sink {
 public:
  explicit LiveView(const driver::live::LiveWorld& world) : world_(world) {}

  void on_event(events::Event event) override;
  // How it stands: so much of it is over, and it is that time in it.
  void show(double share, Time now);
  void clear() { block_.clear(); }

 private:
  std::vector<std::string> status(double share, Time now) const;
  void note(const events::Event& event);

  const driver::live::LiveWorld& world_;
  StatusBlock block_;
  std::string phase_;
  std::map<std::string, std::string> faults_;  // by id: since when it is there, and whether it was seen
  std::set<std::string> failing_;              // probes, "readiness of web-0"
  struct Alert {
    std::string name;  // as it stands in a line
    bool firing = false;
  };
  std::map<std::string, Alert> alerts_;  // by name and labels: those that are pending or fire
  std::size_t notified_ = 0;
  std::string last_notified_;
};

}  // namespace firedrill::cli
