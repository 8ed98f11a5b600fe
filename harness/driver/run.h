// One run of a scenario, in steps: to the next event, or to a time. What comes out is a record and the run's series.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/files/input_file.h"
#include "driver/inside.h"
#include "driver/run_options.h"
#include "events/action.h"
#include "events/fan_out.h"
#include "record/record.h"
#include "scenario/load.h"
#include "tsdb/store.h"

namespace firedrill::driver {

// What the run cost: for run.json and for people, never for the record.
struct RunStatistics {
  Duration virtual_time{};
  std::uint64_t samples = 0;
  std::uint64_t rule_evaluations = 0;
  std::size_t series = 0;
  std::size_t store_bytes = 0;
};

// What a run leaves: the judged record, and the series that it keeps, as the file's bytes and as a store that reads
// them. Of Keep::none there is no file, no series, and no truth in the record.
struct Finished {
  record::Record record;
  tsdb::Store series;
  std::shared_ptr<const std::string> series_file;
  std::shared_ptr<const std::string> logs_file;  // of Keep::none there is none
  std::vector<InputFile> rule_files;             // their texts, which exports need
  RunStatistics statistics;
  std::vector<fake_services::ProbeState> probes;  // of each pod that there was
};

class Assembly;
class LogKeeper;
class Recorder;
using Listeners = std::vector<events::Sink*>;

// The loop: takes the earliest of what its components have to do, and lets each do it in their order. It names none of
// them; assembly.h puts them together, a row each.
class Run {
 public:
  // The scenario must outlive the run, and so must whoever listens to it beside its recorder.
  Run(const scenario::LoadedScenario& scenario, RunOptions options, const Listeners& listeners = {});
  // A branch: goes on by itself from where the other stands, as if it had been the one all along; what is done to
  // either touches only that one. It costs what the run has in memory: the samples that rules can still reach and the
  // record so far, copied, and each rule planned again. Not of a run that is over.
  // Whoever listens to the other does not listen to this one.
  explicit Run(const Run& other, const Listeners& listeners = {});
  // A branch that only does what the services do, as they would do it in a whole one: what is scraped is drawn and not
  // kept, no rule is evaluated, no Alertmanager is told, nothing is written down. What people do is done to it as to
  // any other. It costs half as much, shows nothing but its services, and has no finish().
  struct Unwatched {};
  Run(const Run& other, const Listeners& listeners, Unwatched);
  ~Run();

  Time now() const;
  Time end() const;
  bool finished() const { return now() >= end() || stopped(); }
  // The budget is exceeded: the run does not go on, and nothing of it is worth keeping.
  bool stopped() const { return options_.budget != nullptr && options_.budget->exceeded(); }
  // Goes on to the next event, but not beyond the end.
  void step();
  // Every event at or before t happens (t is cut at the end of the run), unless the clock's wait is ended before.
  void advance_to(Time t);

  // Acts on the world, now or later. What was done is logged in the record: replay() makes the run again. Refused while
  // a step is on: whoever acts on what he hears does so behind it.
  std::expected<void, std::string> apply(const events::Action& action);
  // What acts on the world now has its effect now, and not with the next event.
  void settle();
  const std::vector<record::ActionRecord>& actions() const { return record_.actions; }

  // For who works the incident by hand, beside the scenario's responders or in their place. Not of the live world.
  Inside inside() const;
  // What is scraped of the services, which stand at the run's last event: a scrape that is made here draws as any other
  // does, so that the run that goes on behind it is another.
  monitor::ScrapeTargets& targets();
  // What people do, with the world brought to now; null: nobody is on call. Not within a step.
  OnCallDesk* by_hand();
  // The Alertmanager, to set silences; null: there is none, or it is down.
  notify::Alertmanager* alertmanager();

  // The run ends here, and not where it was to; finish() comes next.
  void cut_short(std::string why);
  // What it has cost so far.
  RunStatistics statistics() const;
  // Once, at the end; the run is over then. The record is judged on the series that it keeps and no others, so that
  // whoever reads the file judges alike; of Keep::none, on those that its expectations are about.
  Finished finish();

 private:
  Time next_due() const;
  // False if the wait for it ended early: then nothing has happened.
  bool happen(Time t);
  void judge_and_keep(Finished& finished);
  void judge_and_drop();

  const scenario::LoadedScenario& scenario_;
  RunOptions options_;
  record::Record record_;
  std::unique_ptr<Recorder> recorder_;  // null: nobody watches
  std::unique_ptr<LogKeeper> logs_;     // null: none are kept
  std::unique_ptr<events::FanOut> sinks_;
  std::unique_ptr<Assembly> assembly_;
  bool stepping_ = false;
};

// Goes through a log: the same scenario, seed and log give the same record, byte for byte. Of what was done by_hand()
// no log says anything (pages that were taken, posts): who does that keeps it, as a drill's transcript does, which
// stands beside its record. The run must stand before the first of them, and ends behind the last. The error says what
// cannot be done again.
std::expected<void, std::string> replay(Run& run, std::span<const record::ActionRecord> log);

// The rule files as they were read, in order of evaluation.
std::vector<const InputFile*> rule_inputs(const scenario::LoadedScenario& scenario);

// The record before anything has happened: what is known from the scenario alone.
record::Record blank_record(const scenario::LoadedScenario& scenario, const RunOptions& options);

}  // namespace firedrill::driver
