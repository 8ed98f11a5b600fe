#include "console/agent/suite.h"

#include <malloc.h>
#include <sys/wait.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

#include "base/maths.h"
#include "base/parallel.h"
#include "base/text/format.h"
#include "console/worked.h"

namespace firedrill::console {
namespace {

constexpr double kNormal95 = 1.959963984540054;
constexpr std::uint64_t kFirstSeed = 1;

// One drill leaves as much memory as the next one needs: what is given back to the system is asked for again at once,
// page by page.
void keep_memory() {
#ifdef __GLIBC__
  constexpr int kKept = 256 << 20;
  ::mallopt(M_TRIM_THRESHOLD, kKept);
  ::mallopt(M_MMAP_THRESHOLD, kKept / 8);  // the most that glibc takes
#endif
}

// Programs that work drills one after the other, and those that are kept between two.
class Agents {
 public:
  explicit Agents(const SuiteOptions& options) : options_(options) {}
  Agents(const Agents&) = delete;
  ~Agents() {
    kept_.clear();
    AgentProcess::end_those_that_are_left();
  }

  struct Taken {
    std::unique_ptr<AgentProcess> process;
    bool was_kept = false;
  };
  // One that was kept, or a new one; why there is none.
  std::expected<Taken, std::string> take() {
    while (auto agent = take_kept()) {
      if (agent->forget()) return Taken{std::move(agent), true};  // what it said since belongs to no drill
    }
    auto started = AgentProcess::start(options_.agent);
    if (!started) return std::unexpected(std::move(started).error());
    return Taken{*std::move(started), false};
  }
  void keep(std::unique_ptr<AgentProcess> agent) {
    if (!options_.keeps_agents) return;
    const std::lock_guard lock(mutex_);
    kept_.push_back(std::move(agent));
  }

 private:
  std::unique_ptr<AgentProcess> take_kept() {
    const std::lock_guard lock(mutex_);
    if (kept_.empty()) return nullptr;
    std::unique_ptr<AgentProcess> agent = std::move(kept_.back());
    kept_.pop_back();
    return agent;
  }

  const SuiteOptions& options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<AgentProcess>> kept_;
};

bool is_stopped(const SuiteOptions& options) {
  return options.bounds.stop && options.bounds.stop();
}

// Of itself, and well. One that crashes has an exit code or a signal that says so.
bool has_left(const AgentProcess& agent) {
  const auto status = agent.ending();
  return status && WIFEXITED(*status) && WEXITSTATUS(*status) == 0;
}

// With one that was kept and leaves instead of going on it begins anew, as nothing was done yet.
AgentRun work_with(Agents& agents, Agents::Taken agent, Game& game, const SuiteOptions& options) {
  AgentRun run = work(game, *agent.process, options.bounds, !agent.was_kept);
  if (agent.was_kept && run.how == AgentProcess::Trouble::ended && run.commands == 0 && has_left(*agent.process)) {
    auto another = AgentProcess::start(options.agent);
    if (!another) return not_started(another.error());
    agent.process = *std::move(another);
    run = work(game, *agent.process, options.bounds, true);
  }
  if (!run.how) agents.keep(std::move(agent.process));
  return run;
}

SuiteRow worked_row(const DrillFile& file, std::uint64_t seed, const SuiteOptions& options, Agents& agents) {
  SuiteRow row{.drill = file.drill.name, .seed = seed};
  if (is_stopped(options)) return row;
  // It starts while the drill is made ready.
  auto agent = agents.take();
  const auto variant = static_cast<std::int64_t>(seed);
  // Whether its world comes to a steady state is looked at once: variants differ in names and times.
  const auto loaded = seed == kFirstSeed ? load_steady_drill(file, variant) : load_drill(file, variant);
  if (!loaded) {
    row.worked = true;
    row.error = render(loaded.error().front());
    return row;
  }
  Game game(loaded->drill, loaded->scenario,
            {.seed = seed, .variant = variant, .price = Price::per_action, .records = false, .rewinds = false});
  row.run = agent ? work_with(agents, *std::move(agent), game, options) : not_started(agent.error());
  if (row.run.how == AgentProcess::Trouble::stopped || is_stopped(options)) return row;
  row.worked = true;
  row.steps = game.steps().size();
  row.transcript = game.transcript();
  const Game::Outcome outcome = game.outcome();
  row.score = score_of(*outcome.worked, *outcome.yardstick, *loaded->drill);
  return row;
}

}  // namespace

std::vector<SuiteRow> run_suite(std::span<const DrillFile> drills, const SuiteOptions& options) {
  keep_memory();
  const auto seeds = static_cast<std::size_t>(options.seeds);
  std::vector<SuiteRow> rows(drills.size() * seeds);
  Agents agents(options);
  in_parallel(rows.size(), options.jobs, [&](std::size_t i) {
    rows[i] = worked_row(drills[i / seeds], kFirstSeed + (i % seeds), options, agents);
  });
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const SuiteRow& first = rows[i - (i % seeds)];
    if (first.error.empty() || !rows[i].error.empty()) continue;
    rows[i] = SuiteRow{.drill = first.drill, .seed = rows[i].seed, .worked = true, .error = first.error};
  }
  std::erase_if(rows, [](const SuiteRow& row) { return !row.worked; });
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
