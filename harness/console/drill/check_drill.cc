// For who writes drills: all that can be known of one before somebody works it.
#include <algorithm>
#include <iterator>
#include <utility>

#include "base/report.h"
#include "base/text/format.h"
#include "console/drill/load_drill.h"
#include "console/game.h"

namespace firedrill::console {
namespace {

// The first error of what could not be loaded, told at the place in the drill that asked for it: its own place is in a
// text that stands in no file.
void tell(Diagnostics& diagnostics, const Position& where, const std::string& with, const Diagnostics& errors) {
  const auto error = std::ranges::find(errors, Severity::error, &Diagnostic::severity);
  if (error == errors.end()) return;
  const Position& at = error->where;
  report(diagnostics, where,
         format("with {} the scenario cannot be loaded: {}:{}:{}: {}", with, at.source->name, at.line, at.column,
                error->what),
         error->remedy.empty() ? "choose another" : error->remedy);
}

void check_draws(const DrillFile& file, Diagnostics& diagnostics) {
  for (const Draw& draw : file.drill.draws) {
    for (const std::string& choice : draw.choices) {
      const auto variant = std::make_shared<const Variant>(file.drill, file.scenario_name, draw, choice);
      const auto loaded = load_drill(file, variant);
      if (loaded) continue;
      // That the path leads nowhere is said once, and where the drill says it.
      if (loaded.error().front().where.source == draw.where.source) {
        diagnostics.push_back(loaded.error().front());
        break;
      }
      tell(diagnostics, draw.where, format("'{}' at {}", choice, draw.path), loaded.error());
    }
  }
}

// Two services or people of one name would be one.
void check_names(const DrillFile& file, const scenario::LoadedScenario& scenario, Diagnostics& diagnostics) {
  std::vector<std::string> known = scenario.team->roster.people();
  for (const auto& service : scenario.topology.services) known.push_back(service.name);
  for (const auto& [name, names] : file.drill.names) {
    for (const std::string& other : names.others) {
      if (other == name || std::ranges::find(known, other) == known.end()) continue;
      report(diagnostics, names.where,
             format("another name for '{}' is '{}', which the scenario has already", name, other),
             "choose one that it has not");
    }
  }
}

// Time goes by until then, whatever happens meanwhile.
void pass_until(Game& game, Time t) {
  while (game.session().now() < t && !game.over()) game.pass(t - game.session().now());
}

void check_best(const LoadedDrill& loaded, Diagnostics& diagnostics) {
  if (loaded.drill->best.empty()) return;
  Game game(loaded.drill, loaded.scenario, {.records = false, .rewinds = false});
  while (game.session().pages().empty() && !game.over()) game.pass(game.session().end() - game.session().now());
  if (game.session().pages().empty()) {
    report(diagnostics, loaded.drill->best.front().where,
           "the best response counts from the first page, and nobody is paged",
           "let an alert page somebody, or take the response out");
    return;
  }
  const Time paged = game.session().now();
  for (const BestStep& step : loaded.drill->best) {
    pass_until(game, paged + step.after);
    if (game.over()) {
      report(diagnostics, step.where, "the drill is over before this step is taken",
             "take it sooner, or let the drill last longer");
      return;
    }
    const Answer answer = game.take(step.line);
    if (answer.ok) continue;
    const json::object& says = answer.data.as_object();
    const auto text_of = [&](const char* key) {
      const json::value* value = says.if_contains(key);
      return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
    };
    const std::string remedy = text_of("remedy");
    report(diagnostics, step.where, format("this step of the best response is refused: {}", text_of("error")),
           remedy.empty() ? "leave it out, or say it otherwise" : remedy);
  }
}

}  // namespace

Diagnostics check_drill(const DrillFile& file) {
  const auto written = load_steady_drill(file, 0);
  if (!written) return written.error();
  Diagnostics diagnostics;
  check_names(file, *written->scenario, diagnostics);
  check_draws(file, diagnostics);
  check_best(*written, diagnostics);
  if (has_errors(diagnostics)) return diagnostics;
  for (std::int64_t variant = 1; variant <= kVariantsChecked; ++variant) {
    if (const auto loaded = load_drill(file, variant); !loaded) {
      tell(diagnostics, file.drill.where, format("variant {}", variant), loaded.error());
      break;
    }
  }
  return diagnostics;
}

}  // namespace firedrill::console
