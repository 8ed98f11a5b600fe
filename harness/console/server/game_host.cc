#include "console/server/game_host.h"

#include "base/text/format.h"
#include "console/score/debriefing.h"
#include "console/transcript.h"

namespace firedrill::console {
namespace {

json::array texts(const std::vector<std::string>& list) {
  return json::array(list.begin(), list.end());
}

json::array faults_of(const scenario::LoadedScenario& loaded) {
  const Time start = loaded.scenario.start + loaded.scenario.warmup;
  json::array out;
  for (const scenario::FaultEntry& entry : loaded.scenario.faults) {
    json::object one{{"id", entry.id}, {"kind", entry.kind}};
    for (const fake_services::FaultSpec& spec : loaded.faults) {
      if (spec.id == entry.id) one["at"] = format_instant(start + spec.at);
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

GameHost::GameHost(const DrillFile& file, LoadedDrill loaded, Game& game)
    : file_(file), loaded_(std::move(loaded)), game_(game) {}

Answer GameHost::reset(std::optional<std::uint64_t> seed, std::optional<std::int64_t> variant) {
  Game::Options options = game().options();
  const bool same = seed.value_or(options.seed) == options.seed && variant.value_or(options.variant) == options.variant;
  if (same) {
    game().reset();
    return {.ok = true, .text = "the drill stands at its beginning"};
  }
  if (variant && *variant != options.variant) {
    auto loaded = load_steady_drill(file_, *variant);
    if (!loaded) return {.ok = false, .text = format("variant {} cannot be worked", *variant)};
    loaded_ = *std::move(loaded);
  }
  options.seed = seed.value_or(options.seed);
  options.variant = variant.value_or(options.variant);
  own_ = std::make_unique<Game>(loaded_.drill, loaded_.scenario, options);
  return {.ok = true,
          .text = format("the drill stands at its beginning, variant {}, seed {}", options.variant, options.seed)};
}

json::value GameHost::truth() {
  const Drill& drill = *loaded_.drill;
  json::array causes, hints, best;
  for (const Cause& cause : drill.causes) {
    causes.push_back(json::object{{"service", cause.service}, {"kind", cause.kind}});
  }
  for (const Hint& hint : drill.hints) hints.push_back(json::object{{"hint", hint.text}, {"price", hint.price}});
  for (const BestStep& step : drill.best) {
    best.push_back(json::object{{"after_seconds", to_seconds(step.after)}, {"line", step.line}});
  }
  const Game::Options& options = game().options();
  return json::object{{"drill", drill.name},
                      {"scenario", file_.scenario_name},
                      {"variant", options.variant},
                      {"seed", options.seed},
                      {"quiet", drill.quiet},
                      {"aim", drill.aim},
                      {"causes", std::move(causes)},
                      {"faults", faults_of(*loaded_.scenario)},
                      {"hints", std::move(hints)},
                      {"best", std::move(best)},
                      {"questions", texts(drill.questions)},
                      {"transcript", game().transcript()}};
}

std::function<std::optional<Game::Result>()> GameHost::done_again() {
  Game::Options options = game().options();
  options.records = true;
  return [drill = loaded_.drill, scenario = loaded_.scenario, options,
          text = game().transcript()]() -> std::optional<Game::Result> {
    const auto transcript = read_transcript(make_source("transcript", text));
    if (!transcript) return std::nullopt;
    Game again(drill, scenario, options);
    if (!replay(*transcript, again)) return std::nullopt;
    return again.result();
  };
}

std::function<json::value()> GameHost::score() {
  return [drill = loaded_.drill, scenario = loaded_.scenario, options = game().options(),
          text = game().transcript()]() -> json::value {
    const auto transcript = read_transcript(make_source("transcript", text));
    if (!transcript) return json::object{{"error", "the transcript cannot be read"}};
    Game again(drill, scenario, options);
    if (const auto done = replay(*transcript, again); !done) return json::object{{"error", done.error()}};
    const Game::Result result = again.result();
    return debriefing_of(*drill, again.options(), result).data;
  };
}

}  // namespace firedrill::console
