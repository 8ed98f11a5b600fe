// JUnit XML, in the dialect that CI systems agree on: testsuites, testsuite, testcase, failure, error.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/time.h"
#include "record/record.h"
#include "reports/escape.h"
#include "reports/format.h"
#include "reports/incident_words.h"
#include "reports/junit_case.h"
#include "reports/response.h"
#include "reports/words.h"

namespace firedrill::reports::renderers {
namespace {

using record::ExpectationRecord;
using record::Record;
using record::Verdict;

// "db-outage P0 (expected P1)"; empty without an incident that opened.
std::string severities(const Record& record) {
  std::string out;
  for (const record::IncidentRecord& incident : record.incidents) {
    if (!incident.peak) continue;
    out += format("{}{} {}", out.empty() ? "" : ", ", incident.id, record::to_string(*incident.peak));
    const SeverityTarget wanted = severity_target_of(record, incident);
    if (wanted.level)
      out += format(" (expected {}{})", wanted.bound ? "no worse than " : "", record::to_string(*wanted.level));
  }
  return out;
}

// A drill whose fault was not witnessed is wrong as a whole, whatever its expectations say.
junit::Case fault_case(const Record& record, const record::FaultRecord& fault) {
  junit::Case made;
  made.suite = record.scenario;
  made.name = junit::fault_case_name(fault.id);
  if (fault.witness.seen_at) return made;
  made.result = Verdict::invalid;
  made.message = format("fault {} was not witnessed in the traffic", fault.id);
  made.body = format("expected: the symptom of {} on {} is measured in the traffic\nobserved: {}\n", fault.kind,
                     fault.target, fault.witness.what.empty() ? "nothing" : fault.witness.what);
  return made;
}

struct Cases {
  std::string text{};
  std::size_t count = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
};

// Of a drill that somebody worked: a case for each thing that counts, none of which fails, as nobody has said how much
// is enough.
Cases score_cases(const Record& record) {
  Cases out;
  for (const record::ScoreLine& line : record.drill->score) {
    junit::Case made;
    made.suite = record.scenario;
    made.name = line.aspect;
    out.text += junit::render(made);
    ++out.count;
  }
  return out;
}

Cases judged_cases(const Record& record) {
  Cases out{.count = record.faults.size() + record.expectations.size()};
  std::set<std::string> used;
  for (const record::FaultRecord& fault : record.faults) {
    used.insert(junit::fault_case_name(fault.id));
    out.errors += !fault.witness.seen_at;
    out.text += junit::render(fault_case(record, fault));
  }
  for (const ExpectationRecord& expectation : record.expectations) {
    out.failures += expectation.outcome.result == Verdict::fail;
    out.errors += expectation.outcome.result == Verdict::invalid;
    out.text += junit::render(junit::case_of(record.scenario, junit::unique(used, expectation.id), expectation.kind,
                                             expectation.outcome, record.command));
  }
  return out;
}

using Properties = std::vector<std::pair<std::string, std::string>>;

void add_score(const record::DrillRecord& drill, Properties& properties) {
  properties.emplace_back("drill", drill.name);
  properties.emplace_back("points", format("{:.0f} of {:.0f}", drill.points(), drill.most()));
  for (const record::ScoreLine& line : drill.score) {
    properties.emplace_back("score: " + line.aspect, format("{}: {}", points_words(line), line.why));
  }
}

std::string render(const Record& record, const tsdb::Store&) {
  const Cases cases = record.drill ? score_cases(record) : judged_cases(record);
  const std::string counts =
      format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\"", cases.count, cases.failures, cases.errors);
  Properties told{{"seed", format("{}", record.seed)},
                  {"world", record.world},
                  {"monitor", record.monitor},
                  {"firedrill", record.firedrill},
                  {"verdict", std::string(record::to_string(record.verdict))},
                  {"severity", severities(record)},
                  {"response", response_of(record).words},
                  {"summary", headline(record)}};
  if (record.drill) add_score(*record.drill, told);
  std::string properties;
  for (const auto& [name, value] : told) {
    properties += format("      <property name=\"{}\" value=\"{}\"/>\n", name, escape_markup(value));
  }
  // Whoever works a drill is there from its start on. What a run's world took of the machine's time is none of it.
  const Time began = record.drill ? record.judged_from : record.started;
  return format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"firedrill\" {0}>\n"
      "  <testsuite name=\"{1}\" {0} time=\"{5}\" timestamp=\"{2}\">\n"
      "    <properties>\n{3}    </properties>\n{4}"
      "  </testsuite>\n"
      "</testsuites>\n",
      counts, escape_markup(record.scenario), format_instant(began).substr(0, 19), properties, cases.text,
      record.drill ? to_seconds(record.judged_to - record.judged_from) : 0.0);
}

}  // namespace

Format junit() {
  return {
      .name = "junit",
      .file_name = "junit.xml",
      .doc =
          "One test case for each expectation, with the cause in its failure message; what could not be judged is an "
          "error. Of a drill that somebody worked one for each line of its score, none of which fails: the points are "
          "properties.",
      .render = render};
}

}  // namespace firedrill::reports::renderers
