#include "cli/check_speed.h"

#include <algorithm>

#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "base/text/numbers.h"
#include "cli/console.h"
#include "cli/real_monitor.h"
#include "cli/scenario_path.h"
#include "driver/live/fitness.h"
#include "driver/speed/chance.h"
#include "monitor/prometheus/misfits.h"
#include "scenario/load.h"

namespace firedrill::cli {
namespace {

using monitor::FasterRule;
using monitor::Standing;

struct CheckedSpeed {
  const scenario::LoadedScenario& scenario;
  std::vector<FasterRule> rules;
  Diagnostics found;
};

// In real time a real Prometheus is given the rules as they are written.
void as_written(std::vector<FasterRule>& rules) {
  for (FasterRule& each : rules) {
    each.converted.clear();
    const std::string what = monitor::what_reads_clock(*each.rule->expression);
    each.standing = what.empty() ? Standing::unchanged : Standing::not_representable;
    each.refused.clear();
    if (!what.empty()) each.refused.push_back(format("{} is of the machine's clock, not the scenario's", what));
  }
}

CheckedSpeed checked_at(const scenario::LoadedScenario& loaded, const SpeedCheckOptions& options) {
  const Time start = loaded.scenario.start;
  CheckedSpeed out{loaded, monitor::faster_rules(loaded, {start, start, options.speed}, options.evaluator),
                   driver::live::misfits(loaded, options.speed)};
  if (options.evaluator == monitor::Evaluator::prometheus) {
    if (options.speed == 1) as_written(out.rules);
    const Diagnostics more = monitor::program_misfits(loaded, options.speed);
    out.found.insert(out.found.end(), more.begin(), more.end());
  }
  driver::check_chance(loaded, options.speed, options.seed, options.version, out.found, interrupted);
  tidy(out.found);
  return out;
}

std::size_t count_of(const CheckedSpeed& checked, Standing standing) {
  return static_cast<std::size_t>(std::ranges::count(checked.rules, standing, &FasterRule::standing));
}

std::string in_text(const CheckedSpeed& checked, double speed) {
  std::string out =
      format("{} at {} times its speed: of its rules {} unchanged, {} converted, {} not representable\n",
             printable(checked.scenario.scenario.name), format_number(speed), count_of(checked, Standing::unchanged),
             count_of(checked, Standing::converted), count_of(checked, Standing::not_representable));
  for (const FasterRule& each : checked.rules) {
    out += format("  {:<17}  {}\n", to_string(each.standing), printable(each.rule->name()));
    for (const std::string& what : each.converted) out += format("    {}\n", printable(what));
    const std::string_view highest = speed == 1 ? "" : "; the highest speed is 1";
    for (const std::string& why : each.refused) out += format("    {}{}\n", printable(why), highest);
  }
  return out;
}

json::array texts(const std::vector<std::string>& all) {
  json::array out;
  for (const std::string& each : all) out.push_back(json::string(each));
  return out;
}

json::object rule_json(const FasterRule& each, double speed) {
  json::object out{{"rule", each.rule->name()},          {"kind", each.rule->alerting() ? "alert" : "record"},
                   {"group", each.group->name.value},    {"file", each.rule->expr.where.source->name},
                   {"line", each.rule->expr.where.line}, {"standing", std::string(to_string(each.standing))},
                   {"converted", texts(each.converted)}, {"refused", texts(each.refused)}};
  if (each.standing == Standing::not_representable && speed != 1) out["highest_speed"] = 1;
  return out;
}

json::array found_json(const Diagnostics& found, Severity severity) {
  json::array out;
  for (const Diagnostic& each : found) {
    if (each.severity != severity) continue;
    out.push_back(json::object{{"file", each.where.source == nullptr ? std::string() : each.where.source->name},
                               {"line", each.where.line},
                               {"column", each.where.column},
                               {"what", each.what},
                               {"remedy", each.remedy}});
  }
  return out;
}

json::object in_json(const CheckedSpeed& checked, double speed) {
  json::array rules;
  for (const FasterRule& each : checked.rules) rules.push_back(rule_json(each, speed));
  return {{"scenario", checked.scenario.scenario.name},
          {"speed", speed},
          {"runs", !has_errors(checked.found)},
          {"rules", std::move(rules)},
          {"refused", found_json(checked.found, Severity::error)},
          {"warnings", found_json(checked.found, Severity::warning)}};
}

}  // namespace

Result<SpeedCheck> check_speed_of(SpeedCheckOptions options) {
  SpeedCheck out;
  json::array all;
  for (const std::string& path : options.paths) {
    auto loaded = scenario::load_scenario(found_scenario(path, options.reads), options.version, options.reads);
    if (!loaded) {
      if (options.prometheus) name_version(*options.prometheus, loaded.error());
      return std::unexpected(loaded.error());
    }
    const CheckedSpeed checked = checked_at(*loaded, options);
    if (options.json) {
      all.push_back(in_json(checked, options.speed));
    } else {
      out.text += in_text(checked, options.speed);
    }
    out.found.insert(out.found.end(), checked.found.begin(), checked.found.end());
  }
  if (options.json) out.text = write_json(all, JsonStyle::pretty);
  return out;
}

}  // namespace firedrill::cli
