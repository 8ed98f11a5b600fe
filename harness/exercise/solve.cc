#include "exercise/solve.h"

#include <algorithm>
#include <functional>

#include "alerting/analysis/presence.h"
#include "base/duration.h"
#include "base/random.h"
#include "base/text/format.h"
#include "promql/parse/printer.h"

namespace firedrill::exercise {
namespace {

using Choices = std::vector<std::vector<Value>>;
using Picks = std::vector<std::size_t>;  // of each prop, an index of its choices

constexpr std::size_t kPairs = 8;    // of each prop's choices that are tried in pairs
constexpr std::size_t kDraws = 250;  // of all of them at random
constexpr std::size_t kHot = 6;      // ways of firing for each of which a calm time is looked for

// Calls `each` with picks, the likeliest first, until it says that it has had enough.
void for_each_pick(const Choices& choices, RandomStream& chance, const std::function<bool(const Picks&)>& each) {
  const std::size_t props = choices.size();
  const std::size_t bases = std::min<std::size_t>(3, choices.front().size());
  for (std::size_t base = 0; base < bases; ++base) {
    const auto at_base = [&](std::size_t p) { return std::min(base, choices[p].size() - 1); };
    Picks picks(props);
    for (std::size_t p = 0; p < props; ++p) picks[p] = at_base(p);
    if (!each(picks)) return;
    for (std::size_t p = 0; p < props; ++p) {
      for (std::size_t i = 0; i < choices[p].size(); ++i) {
        if (i == at_base(p)) continue;
        picks[p] = i;
        if (!each(picks)) return;
      }
      picks[p] = at_base(p);
    }
  }
  for (std::size_t p = 0; p < props; ++p) {
    for (std::size_t q = p + 1; q < props; ++q) {
      for (std::size_t i = 0; i < std::min(kPairs, choices[p].size()); ++i) {
        for (std::size_t j = 0; j < std::min(kPairs, choices[q].size()); ++j) {
          Picks picks(props);
          picks[p] = i;
          picks[q] = j;
          if (!each(picks)) return;
        }
      }
    }
  }
  for (std::size_t draw = 0; draw < kDraws; ++draw) {
    Picks picks(props);
    for (std::size_t p = 0; p < props; ++p) picks[p] = static_cast<std::size_t>(chance.below(choices[p].size()));
    if (!each(picks)) return;
  }
}

class Solver {
 public:
  Solver(const Subject& subject, const SolveOptions& options)
      : subject_(subject),
        options_(options),
        quick_(subject, options.promql, false),
        whole_(subject, options.promql, true),
        window_(subject.reach + 3 * quick_.step()) {}

  std::expected<Solution, NoSolution> solve() {
    if (subject_.scraped.empty())
      return std::unexpected(NoSolution{"it reads no metric: it is what it is whatever happens"});
    if (subject_.reach + subject_.rule->hold > options_.longest) {
      return std::unexpected(
          NoSolution{format("it looks back {}, and no more than {} are tried",
                            format_duration(subject_.reach + subject_.rule->hold), format_duration(options_.longest))});
    }
    for (const Casting casting : kCastings) {
      auto props = cast(subject_, casting);
      if (!props) return std::unexpected(NoSolution{props.error()});
      if (auto found = solve(*std::move(props))) return *std::move(found);
      if (spent_ >= options_.evaluations) break;
    }
    return std::unexpected(NoSolution{said(), fired_ > 0});
  }

 private:
  std::string said() const {
    if (!fired_) return format("none of {} combinations of values of what it reads made it fire", tried_);
    return format("{} combinations of values made it fire, and none of those that did made it clear again", fired_);
  }

  std::optional<Solution> solve(std::vector<Prop> props) {
    const Choices choices = values_of(subject_, props);
    RandomStream chance(1, "exercise/" + subject_.rule->name());
    std::optional<Solution> solution;
    std::size_t hot = 0;
    for_each_pick(choices, chance, [&](const Picks& picks) {
      if (spent_ >= options_.evaluations) return false;
      for (std::size_t p = 0; p < props.size(); ++p) props[p].hot = choices[p][picks[p]];
      if (!holds(props)) return true;
      ++fired_;
      solution = calm(props, choices);
      return !solution && ++hot < kHot;
    });
    return solution;
  }

  // Whether the expression holds in the end, everything hot all the time. What is to move comes from where it is well.
  bool holds(std::vector<Prop>& props) {
    ++tried_;
    bool moves = false;
    for (Prop& prop : props) {
      prop.calm = prop.hot;
      if (prop.motion != Motion::trend) continue;
      moves = true;
      // A level that is well, far from where it goes.
      prop.calm = prop.hot ? Value(Level{prop.hot->value > 0 ? 0 : 1e9, false}) : Value();
      if (prop.hot && prop.hot->value == 0) prop.calm = Level{100, false};
    }
    const TrialResult result = run(quick_, props, {Duration(0), window_, Duration(0)});
    return result.fires_after.has_value() || (moves && result.early);
  }

  // A time in which it does not hold, before and after.
  std::optional<Solution> calm(const std::vector<Prop>& hot, const Choices& choices) {
    RandomStream chance(1, "exercise/calm/" + subject_.rule->name());
    std::optional<Solution> solution;
    std::size_t whole = 0;
    for_each_pick(choices, chance, [&](const Picks& picks) {
      if (spent_ >= options_.evaluations) return false;
      std::vector<Prop> props = hot;
      for (std::size_t p = 0; p < props.size(); ++p) {
        if (props[p].motion != Motion::trend) props[p].calm = choices[p][picks[p]];
      }
      std::vector<Prop> still = props;
      for (Prop& prop : still) prop.hot = prop.calm;
      if (run(quick_, still, {Duration(0), window_, Duration(0)}).fires_after) return true;
      solution = proven(props);
      return !solution && ++whole < 4;
    });
    return solution;
  }

  // With `for` and all, from being well to being well again.
  std::optional<Solution> proven(const std::vector<Prop>& props) {
    const alerting::Rule& rule = *subject_.rule;
    for (const Duration lead : {std::min(window_, Duration(std::chrono::minutes(10))) + 2 * quick_.step(), window_}) {
      const Parts parts{lead, window_ + rule.hold + 4 * whole_.step(), window_ + rule.keep_firing_for + 10min};
      const TrialResult result = run(whole_, props, parts);
      if (result.early || !result.fires_after || !result.clears_after) continue;
      return Solution{props, lead, result.hot, *result.fires_after, *result.clears_after};
    }
    return std::nullopt;
  }

  TrialResult run(const Trial& trial, const std::vector<Prop>& props, const Parts& parts) {
    TrialResult result = trial.run(props, parts);
    spent_ += result.evaluations;
    return result;
  }

  const Subject& subject_;
  const SolveOptions& options_;
  Trial quick_;
  Trial whole_;
  Duration window_;
  std::size_t spent_ = 0;
  std::size_t tried_ = 0;
  std::size_t fired_ = 0;
};

}  // namespace

std::expected<Solution, NoSolution> solve(const Subject& subject, const SolveOptions& options) {
  return Solver(subject, options).solve();
}

}  // namespace firedrill::exercise
