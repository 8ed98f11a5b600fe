// The parts of a run that people speak of: the warm-up, a steady stretch, one for each fault while it is on, recovery
// once no fault is left that is on or will begin by itself.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "events/component.h"
#include "events/sink.h"
#include "fake_services/faults/fault.h"
#include "record/record.h"

namespace firedrill::driver {

// Tells that a part of the run begins. It stands between the world and its listeners, to which it hands on everything:
// of a fault that begins it tells first.
class PhaseTeller final : public events::Component, public events::Sink {
 public:
  // Tells at once which faults are scheduled before the end, and that the warm-up begins. The faults, those of the
  // blank record and more than it knows of them, and the sink must outlive it.
  PhaseTeller(const std::vector<fake_services::FaultSpec>& faults, const record::Record& blank, events::Sink& sink);
  // Goes on where the other stands, and tells another sink.
  PhaseTeller(const PhaseTeller& other, events::Sink& sink) : PhaseTeller(other) { sink_ = &sink; }

  Time next_due() const override;
  void run_due(Time now) override;

  void on_event(events::Event event) override;
  void on_minute(const events::Minute& minute) override { sink_->on_minute(minute); }
  void on_log(const events::LogLine& line) override { sink_->on_log(line); }
  void on_cluster_event(const events::ClusterEvent& event) override { sink_->on_cluster_event(event); }

 private:
  PhaseTeller(const PhaseTeller&) = default;
  void tell(std::string name, Time from, Time until);

  const std::vector<fake_services::FaultSpec>* faults_;
  events::Sink* sink_;
  Time judged_from_;
  Time judged_to_;
  Time first_fault_;  // as scheduled
  bool warm_ = false;
  bool has_begun_ = false;
  std::set<std::string, std::less<>> awaited_;  // those that begin by themselves before the end, and have not yet
  std::set<std::string, std::less<>> on_;
};

// Adds to Record::phases what an event says of them: each lasts as long as it did, whatever was to be as it began.
void note_phase(record::Record& record, const events::Event& event);

}  // namespace firedrill::driver
