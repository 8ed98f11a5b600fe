// A real Prometheus and, where the scenario has one, a real Alertmanager beside a live world: started with the
// scenario's own rules and configuration, listening on 127.0.0.1 alone, their receivers firedrill's own; stopped, and
// their files removed, with this object.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "monitor/prometheus/installed.h"
#include "monitor/prometheus/program.h"
#include "monitor/prometheus/prometheus_files.h"
#include "monitor/prometheus/recording_endpoints.h"
#include "record/record.h"
#include "scenario/load.h"
#include "tsdb/store.h"

namespace firedrill::monitor {

// Why they are not there. `interrupted`: somebody wanted no more of them.
struct ProgramFailure {
  std::string what;
  std::string remedy = {};
  bool interrupted = false;
};

class RealPrograms {
 public:
  struct Options {
    Installed prometheus;
    std::optional<Installed> alertmanager;  // where the scenario has one
    // Those that are there now: asked as they start and, of a run in which some come and go, time and again.
    std::function<std::vector<ScrapedProcess>()> processes;
    double speed = 1;  // of the run's time; they are given what shrinks so that it fits
    // What was before the run, which is loaded before Prometheus starts, and what makes blocks of it; null: nothing.
    const tsdb::Store* before = nullptr;
    std::optional<Installed> promtool{};
    std::function<void(Time)> settled{};  // told when the run is to begin, before anything is scraped
    ProgramWatch watch{};
    std::function<void(const std::string&)> folder_made{};  // told where the run's files are, which go with it
    std::function<bool()> is_interrupted;                   // asked now and then while they start
    std::function<void(const std::string&)> say;            // what is going on, a line
  };
  // Starts them, and waits until all processes have been scraped; where something was before the run, until that is
  // over by the machine's clock, so that the run is to begin at once. The scenario must outlive them. Must be called by
  // a thread that lives as long as they shall.
  static std::expected<std::unique_ptr<RealPrograms>, ProgramFailure> start(const scenario::LoadedScenario& scenario,
                                                                            Options options);
  ~RealPrograms();
  RealPrograms(const RealPrograms&) = delete;
  RealPrograms& operator=(const RealPrograms&) = delete;

  const std::string& prometheus_version() const { return options_.prometheus.version; }
  std::optional<std::string> alertmanager_version() const;
  std::uint16_t prometheus_port() const { return prometheus_port_; }
  std::uint16_t alertmanager_port() const { return alertmanager_port_; }
  RecordingEndpoints& endpoints() { return *endpoints_; }
  // When the run is to begin by the machine's clock, where they have been told so beforehand: what was before it ends
  // there, and rules that read the clock have the run's.
  std::optional<Time> begins() const { return begins_; }
  // It begins: the Alertmanager is told what fires. Otherwise than it was settled, or nothing was: rules that read the
  // clock are given the run's now.
  void begin(const RunTimes& times);
  // Prometheus is told which processes there are by now; it finds what has changed within kDiscovery.
  void follow_processes();
  // Of alerts that were only kept firing where the past ends, those that do not fire now.
  std::vector<record::LostAtStart> not_taken_up(std::vector<record::LostAtStart> kept) const;
  // What came of asking one of them, and when by the run's time: nothing, or why it did not answer. Who does not answer
  // again and again has failed. Gives what is to be told of it: that it answers no longer, or again; else nothing.
  enum class Asked { prometheus, alertmanager };
  std::optional<events::Event> note_answer(Asked asked, Time now, const std::optional<std::string>& why);
  // It has failed, whatever it answers later.
  void note_failure(Asked asked, const std::string& why);
  // Why one of them goes on no longer: it has ended, or does not answer.
  std::optional<std::string> failure_of(Asked asked) const;
  std::optional<std::string> failure() const;
  // Of the one that has failed, from when on it was not seen; of both, Prometheus.
  std::optional<record::Unseen> unseen() const;
  // They are asked to end, and have ended afterwards.
  void stop();

 private:
  RealPrograms(const scenario::LoadedScenario& scenario, Options options);
  std::optional<ProgramFailure> come_up();
  std::optional<ProgramFailure> settle_begin();
  void begin_anew();
  std::optional<ProgramFailure> make_folder();
  std::optional<ProgramFailure> write(const NamedFile& file) const;
  std::optional<ProgramFailure> write_targets() const;
  std::optional<ProgramFailure> start_alertmanager();
  std::optional<ProgramFailure> start_prometheus();
  std::optional<ProgramFailure> start_program(std::string_view called, const std::string& file,
                                              const std::vector<std::string>& arguments,
                                              std::unique_ptr<Program>& program, std::uint16_t& port);
  std::optional<ProgramFailure> wait_for_scrapes();
  std::optional<ProgramFailure> load_before();
  std::optional<ProgramFailure> make_blocks() const;
  std::optional<ProgramFailure> wait_for_begin();
  RunTimes before_run() const;
  bool reads_clock() const;
  std::string last_words(const Program& program) const;

  const scenario::LoadedScenario& scenario_;
  Options options_;
  std::vector<std::string> changing_;  // jobs whose processes come and go
  std::vector<ScrapedProcess> processes_;
  std::string folder_;
  std::unique_ptr<RecordingEndpoints> endpoints_;
  std::unique_ptr<Program> alertmanager_;
  std::unique_ptr<Program> prometheus_;
  std::uint16_t alertmanager_port_ = 0;
  std::uint16_t prometheus_port_ = 0;
  // Prometheus is up and has found its targets after that, as a rule.
  Duration start_up_ = std::chrono::seconds(8);
  std::optional<Time> begins_;
  struct Silence {
    int asked = 0;     // in vain, one after the other
    double since = 0;  // when the first of these had been given up
    Time seen{};       // when it last answered, by the run's time
    std::string failure{};
  };
  std::array<Silence, 2> silences_;
};

}  // namespace firedrill::monitor
