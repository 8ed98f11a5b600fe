// Keeps what the production writes in a run, for the record: hears it beside the recorder. Of what happens to pods and
// of what people do it makes the events of the cluster and the list of changes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "events/log.h"
#include "events/sink.h"
#include "record/logs.h"
#include "scenario/load.h"

namespace firedrill::driver {

// How often at most a line is written of what goes on and on, in a run of this length.
Duration log_every(Duration run);

// From when on a run's logs are kept: an hour before its judged part, or its start. What rules look back on before that
// is only simulated for them, in steps that may be large.
Time logs_from(Time started, Time judged_from);

class LogKeeper final : public events::Sink {
 public:
  // What is older than `from` is not kept. The scenario must outlive it.
  explicit LogKeeper(const scenario::LoadedScenario& scenario, Time from = Time::min())
      : scenario_(&scenario), from_(from) {}

  void on_event(events::Event event) override;
  void on_log(const events::LogLine& line) override;
  void on_cluster_event(const events::ClusterEvent& event) override;

  // What is there by now, in the order in which it was told.
  const record::Logs& so_far() const { return logs_; }
  // All that was written up to the end of the run, in order of time; once.
  record::Logs finish();

 private:
  void note_change(const events::Event& event);
  void note_monitor(const events::Event& event);
  bool has_room(std::size_t bytes, Time t);

  const scenario::LoadedScenario* scenario_;
  Time from_;
  record::Logs logs_;
  std::size_t bytes_ = 0;
  // What is counted up: by object, reason and message, the index of the last such event.
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> known_;
  std::map<std::string, events::Change> acted_;  // by what it was done to: what somebody did last
};

}  // namespace firedrill::driver
