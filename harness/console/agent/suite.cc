#include "console/agent/suite.h"

#include <algorithm>

#include "base/maths.h"
#include "base/parallel.h"
#include "base/text/format.h"
#include "console/worked.h"

namespace firedrill::console {
namespace {

constexpr double kNormal95 = 1.959963984540054;

SuiteRow worked_row(const DrillFile& file, std::uint64_t seed, const SuiteOptions& options) {
  SuiteRow row{.drill = file.drill.name, .seed = seed};
  const auto loaded = load_drill(file, static_cast<std::int64_t>(seed));
  if (!loaded) {
    row.error = render(loaded.error().front());
    return row;
  }
  Game game(loaded->drill, loaded->scenario,
            {.seed = seed,
             .variant = static_cast<std::int64_t>(seed),
             .price = Price::per_action,
             .records = false,
             .rewinds = false});
  row.run = work(game, options.agent, options.bounds);
  row.steps = game.steps().size();
  row.transcript = game.transcript();
  const Game::Outcome outcome = game.outcome();
  row.score = score_of(*outcome.worked, *outcome.yardstick, *loaded->drill);
  return row;
}

}  // namespace

std::vector<SuiteRow> run_suite(std::span<const DrillFile> drills, const SuiteOptions& options) {
  const auto seeds = static_cast<std::size_t>(options.seeds);
  std::vector<SuiteRow> rows(drills.size() * seeds);
  in_parallel(rows.size(), options.jobs,
              [&](std::size_t i) { rows[i] = worked_row(drills[i / seeds], (i % seeds) + 1, options); });
  return rows;
}

Share share_of(std::size_t of, std::size_t all) {
  Share out{.of = of, .all = all};
  if (all == 0) return out;
  const auto n = static_cast<double>(all);
  const double p = static_cast<double>(of) / n;
  const double z2 = kNormal95 * kNormal95;
  const double centre = (p + (z2 / (2 * n))) / (1 + (z2 / n));
  const double half = kNormal95 * maths::sqrt((p * (1 - p) / n) + (z2 / (4 * n * n))) / (1 + (z2 / n));
  out.low = std::max(0.0, centre - half);
  out.high = std::min(1.0, centre + half);
  return out;
}

Mean mean_of(std::span<const double> values) {
  Mean out;
  if (values.empty()) return out;
  const auto n = static_cast<double>(values.size());
  for (const double value : values) out.value += value / n;
  double spread = 0;
  for (const double value : values) spread += (value - out.value) * (value - out.value);
  const double error = values.size() > 1 ? maths::sqrt(spread / (n - 1) / n) : 0;
  out.low = out.value - (kNormal95 * error);
  out.high = out.value + (kNormal95 * error);
  return out;
}

SuiteSummary summary_of(std::span<const SuiteRow> rows) {
  SuiteSummary out;
  std::size_t found = 0, mitigated = 0, wrong = 0, quiet = 0, alarms = 0, trouble = 0;
  std::vector<double> points, harm, steps;
  for (const SuiteRow& row : rows) {
    if (!row.error.empty()) continue;
    ++out.drills;
    if (!row.run.trouble.empty()) ++trouble;
    if (row.score.quiet) {
      ++quiet;
      alarms += row.score.false_alarm ? 1 : 0;
    } else {
      ++wrong;
      found += row.score.cause_found ? 1 : 0;
      mitigated += row.score.mitigated ? 1 : 0;
    }
    if (row.score.most > 0) points.push_back(row.score.points / row.score.most);
    harm.push_back(std::max(0.0, row.score.lost - row.score.lost_by_nobody));
    steps.push_back(static_cast<double>(row.steps));
  }
  out.cause_found = share_of(found, wrong);
  out.mitigated = share_of(mitigated, wrong);
  out.false_alarms = share_of(alarms, quiet);
  out.in_trouble = share_of(trouble, out.drills);
  out.points = mean_of(points);
  out.harm = mean_of(harm);
  out.steps = mean_of(steps);
  return out;
}

}  // namespace firedrill::console
