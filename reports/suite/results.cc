#include "reports/suite/results.h"

#include <algorithm>
#include <set>

#include "base/contains.h"
#include "base/text/format.h"

namespace firedrill::reports::suite {

std::string_view to_string(Sight sight) {
  switch (sight) {
    case Sight::absent:
      return "no rule";
    case Sight::no_data:
      return "no data";
    case Sight::quiet:
      return "quiet";
    case Sight::excepted:
      return "excepted";
    case Sight::pending:
      return "pending";
    case Sight::caught:
      return "caught";
    case Sight::late:
      return "late";
    case Sight::unjudged:
      return "not judged";
    case Sight::spurious:
      return "spurious";
    case Sight::missed:
      return "missed";
  }
  return "";
}

std::string_view sign_of(Sight sight) {
  switch (sight) {
    case Sight::absent:
      return "";
    case Sight::no_data:
      return "∅";
    case Sight::quiet:
      return "·";
    case Sight::excepted:
      return "–";
    case Sight::pending:
      return "◔";
    case Sight::caught:
      return "✓";
    case Sight::late:
      return "◷";
    case Sight::unjudged:
      return "?";
    case Sight::spurious:
      return "!";
    case Sight::missed:
      return "✕";
  }
  return "";
}

std::string_view tone_of(Sight sight) {
  switch (sight) {
    case Sight::caught:
    case Sight::pending:
      return "good";
    case Sight::missed:
    case Sight::spurious:
    case Sight::late:
      return "bad";
    case Sight::unjudged:
    case Sight::no_data:
      return "warn";
    case Sight::absent:
    case Sight::quiet:
    case Sight::excepted:
      break;
  }
  return "plain";
}

bool exercised(Sight sight) {
  return sight >= Sight::excepted;
}

std::int64_t ScenarioRun::pages_in_all() const {
  std::int64_t sum = 0;
  for (const Page& page : pages) sum += page.times;
  return sum;
}

std::int64_t ScenarioRun::pages_of_no_incident() const {
  std::int64_t sum = 0;
  for (const Page& page : pages) sum += page.incident.empty() ? page.times : 0;
  return sum;
}

bool Comparison::fails() const {
  return !written && std::ranges::any_of(changes, &Change::fails);
}

std::size_t Comparison::count(Trend trend) const {
  return static_cast<std::size_t>(std::ranges::count(changes, trend, &Change::trend));
}

bool Suite::several_seeds() const {
  return std::ranges::any_of(runs, [&](const ScenarioRun& run) { return run.seed != runs.front().seed; });
}

std::size_t Suite::passed() const {
  return static_cast<std::size_t>(std::ranges::count_if(runs, &ScenarioRun::passed));
}

std::string Suite::name_of(const ScenarioRun& run) const {
  return several_seeds() ? format("{} (seed {})", run.scenario, run.seed) : run.scenario;
}

std::string Suite::name_of(const Change& change) const {
  const bool told = several_seeds() || (!runs.empty() && change.seed != runs.front().seed);
  return told ? format("{} (seed {})", change.scenario, change.seed) : change.scenario;
}

Share recall(const Suite& suite) {
  Share share;
  for (const ScenarioRun& run : suite.runs) {
    for (const Incident& incident : run.incidents) {
      share.whole += incident.counts ? 1 : 0;
      share.part += incident.detected_after ? 1 : 0;
    }
  }
  return share;
}

Share precision(const Suite& suite) {
  Share share;
  for (const ScenarioRun& run : suite.runs) {
    share.whole += run.pages_in_all();
    share.part += run.pages_in_all() - run.pages_of_no_incident();
  }
  return share;
}

bool Matrix::Row::exercised() const {
  return std::ranges::any_of(sights, suite::exercised);
}

std::size_t Matrix::Row::count(Sight sight) const {
  return static_cast<std::size_t>(std::ranges::count(sights, sight));
}

Matrix matrix(const Suite& suite) {
  Matrix matrix;
  std::set<std::string> alerts;
  for (const ScenarioRun& run : suite.runs) {
    if (run.ran() && !contains(matrix.scenarios, run.scenario)) matrix.scenarios.push_back(run.scenario);
    for (const auto& [alert, sight] : run.alerts) alerts.insert(alert);
  }
  for (const std::string& alert : alerts) {
    Matrix::Row row{alert, std::vector<Sight>(matrix.scenarios.size(), Sight::absent)};
    for (const ScenarioRun& run : suite.runs) {
      const auto sight = run.alerts.find(alert);
      if (sight == run.alerts.end()) continue;
      const auto column = std::ranges::find(matrix.scenarios, run.scenario) - matrix.scenarios.begin();
      Sight& worst = row.sights[static_cast<std::size_t>(column)];
      worst = std::max(worst, sight->second);
    }
    matrix.rows.push_back(std::move(row));
  }
  return matrix;
}

}  // namespace firedrill::reports::suite
