// What a suite of scenarios gave, as plain values: what its reports are made from.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/time.h"
#include "record/expectation.h"
#include "record/severity.h"

namespace firedrill::reports::suite {

// What has to be true of a run: an expectation, or that a fault took effect.
struct Check {
  std::string name;  // unique within its run
  std::string kind;
  record::Outcome outcome;
  Position where;           // in the scenario's file
  bool expectation = true;  // else that a fault took effect
};

struct Incident {
  std::string id;
  // Something broke (an SLO was missed, a severity threshold crossed), or it was detected: it is one of those that
  // recall is the share of.
  bool counts = false;
  std::optional<Duration> detected_after;  // from the injection to what a person hears; absent: it was not detected
  std::string alert;                       // that it was detected by
  std::optional<record::SeverityLevel> peak;
};

// All pages of one alert for one incident in one run.
struct Page {
  std::string alert;
  std::string incident;  // empty: it belongs to none
  std::int64_t times = 1;
  Position rule;  // where its rule stands
};

// What a run shows of one alert: the worst counts.
enum class Sight {
  absent,    // no rule of this name
  no_data,   // its rules selected no series, or were never evaluated: they could not fire
  quiet,     // nothing asked it to fire, and it did not
  excepted,  // it fired, as it may
  pending,   // only that was expected
  caught,    // it fired: as expected, or for an incident that goes on
  late,      // it fired, and not as expected
  unjudged,  // what was expected of it could not be judged
  spurious,  // it fired, and should not have
  missed,    // it was expected and did not fire
};
std::string_view to_string(Sight sight);
std::string_view sign_of(Sight sight);
// good, bad, warn or plain, as html::badge takes it.
std::string_view tone_of(Sight sight);
// Whether the run shows what the alert does when something happens, or what it fails to do.
bool exercised(Sight sight);

// One scenario with one seed.
struct ScenarioRun {
  std::string scenario;
  std::string summary;
  std::uint64_t seed = 1;
  Position file;       // the scenario's, as a whole
  std::string folder;  // of its reports, below that of the index; empty: none were written

  // Why it could not be run, or what it gave could not be written; then there is nothing below.
  Diagnostics errors;
  Diagnostics warnings;

  record::Verdict verdict = record::Verdict::pass;
  std::string verdict_why;
  std::string command;  // that gives it again
  double seconds = 0;   // that it took, by the wall clock
  Time started;         // virtual
  bool faults_seen = true;
  std::vector<Check> checks;
  std::vector<Incident> incidents;
  std::vector<Page> pages;              // in order of alert and incident
  std::map<std::string, Sight> alerts;  // of every alert that its rules or its expectations name

  bool ran() const { return errors.empty(); }
  bool passed() const { return ran() && verdict == record::Verdict::pass; }
  std::int64_t pages_in_all() const;
  std::int64_t pages_of_no_incident() const;
};

// What is different from the baseline.
enum class Trend { worse, better, added, removed };
struct Change {
  Trend trend = Trend::worse;
  bool fails = false;  // the suite
  std::string scenario;
  std::uint64_t seed = 1;
  std::string what;  // "db-outage is not detected any more; it took 3 m 30 s, by ShopErrorsHigh"
  Position where;    // of the rule or the scenario that it is about
};

struct Comparison {
  std::string baseline;  // its file
  Duration slower_by{};  // what detection may slow by
  std::vector<Change> changes;
  bool written = false;  // anew, with these results: then nothing of it fails

  bool fails() const;
  std::size_t count(Trend trend) const;
};

struct Suite {
  std::vector<ScenarioRun> runs;  // in order of scenario and seed
  std::optional<Comparison> comparison;
  std::vector<std::string> rules;  // files that took the place of the scenarios' own; empty: none did
  std::string command;             // that gives it again
  // Where that works: a folder; empty: not known.
  std::string command_folder;
  bool command_folder_of_repository = false;  // it counts from the top of its repository

  bool several_seeds() const;
  std::size_t passed() const;
  bool worse() const { return comparison && comparison->fails(); }
  bool good() const { return passed() == runs.size() && !worse(); }
  // "dns-outage", or "dns-outage (seed 3)" where there are several.
  std::string name_of(const ScenarioRun& run) const;
  std::string name_of(const Change& change) const;
};

// Shares of all runs together.
struct Share {
  std::int64_t part = 0;
  std::int64_t whole = 0;
};
Share recall(const Suite& suite);     // incidents detected
Share precision(const Suite& suite);  // pages that belong to an incident

// Alerts in order of name, with what each scenario shows of it: the worst of its seeds.
struct Matrix {
  std::vector<std::string> scenarios;
  struct Row {
    std::string alert;
    std::vector<Sight> sights;  // by scenario
    bool exercised() const;
    std::size_t count(Sight sight) const;
  };
  std::vector<Row> rows;
};
Matrix matrix(const Suite& suite);

}  // namespace firedrill::reports::suite
