#include "console/pages/aftermath.h"

#include <algorithm>
#include <map>

#include "base/hash.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "console/score/debriefing.h"
#include "console/worked.h"

namespace firedrill::console::pages {
namespace {

std::vector<double> shares_of(const record::Record& record) {
  std::vector<double> requests, errors;
  for (const record::ServiceTruth& truth : record.truth) {
    if (!truth.entry_point) continue;
    requests.resize(std::max(requests.size(), truth.minutes.size()), 0);
    errors.resize(requests.size(), 0);
    for (std::size_t i = 0; i < truth.minutes.size(); ++i) {
      requests[i] += truth.minutes[i].requests;
      errors[i] += truth.minutes[i].errors;
    }
  }
  for (std::size_t i = 0; i < requests.size(); ++i) {
    errors[i] = requests[i] > 0 ? errors[i] / requests[i] : maths::nan();
  }
  return errors;
}

LineAfter line_of(std::string name, const Worked& worked) {
  LineAfter out{.name = std::move(name), .requests = worked.requests, .lost = worked.lost};
  out.error_share = shares_of(worked.finished.record);
  if (const record::IncidentRecord* incident = incident_of(worked.finished.record)) {
    if (const record::Measure* ttm = incident->measure("ttm")) out.time_to_mitigate = ttm->text;
  }
  for (const Step& step : worked.steps) {
    const bool passes = step.line.starts_with("wait ") || step.line == "next" || step.line.starts_with("next ");
    if (step.by.empty() && !passes && !is_look(step) && step.ok) out.steps.push_back(step);
  }
  return out;
}

std::string digest_of(const std::vector<Step>& steps) {
  std::string text;
  for (const Step& step : steps) {
    text += format("{} {} {} {} {}\n", format_instant(step.at), format_instant(step.after), step.digest, step.by,
                   step.line);
  }
  return sha256_hex(text);
}

bool stands_in(const std::vector<LoggedDrill>& log, const LoggedDrill& drill) {
  return !drill.digest.empty() && std::ranges::find(log, drill.digest, &LoggedDrill::digest) != log.end();
}

double number_of(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains(name);
  return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

std::string text_of(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

}  // namespace

Aftermath aftermath_of(const Drill& drill, const Game::Result& result) {
  Aftermath out{.drill = drill, .start = result.worked->finished.record.judged_from};
  if (!result.worked->pages.empty()) out.paged_at = result.worked->pages.front().at;
  for (const record::FaultRecord* fault : injected_in(*result.worked)) {
    out.injected.push_back({fault->kind, fault->target, *fault->injected_at});
  }
  const Yardstick yardstick{*result.nobody, result.best.get()};
  out.lines.push_back(line_of("you", *result.worked));
  out.lines.back().score = score_of(*result.worked, yardstick, drill);
  for (std::size_t i = 0; i < result.left.size(); ++i) {
    out.lines.push_back(
        line_of(format("you, line {} (left before step {})", i + 1, result.left_at[i]), result.left[i]));
    out.lines.back().score = score_of(result.left[i], result.left_against[i], drill);
  }
  out.lines.push_back(line_of("nobody acts", *result.nobody));
  if (result.best != nullptr) out.lines.push_back(line_of("best known response", *result.best));
  out.digest = digest_of(result.worked->steps);
  return out;
}

std::string log_line(const Aftermath& after, const Game::Options& options, Time when) {
  const LineAfter& own = after.lines.front();
  json::object out{
      {"when", format_instant(when)}, {"drill", after.drill.name}, {"difficulty", after.drill.difficulty},
      {"variant", options.variant},   {"seed", options.seed},      {"points", own.score->points},
      {"most", own.score->most},      {"lost", own.lost},          {"lost_by_nobody", own.score->lost_by_nobody}};
  json::array aspects;
  for (const ScoreLine& line : own.score->lines) {
    aspects.push_back(json::object{{"aspect", line.aspect}, {"points", line.points}, {"most", line.most}});
  }
  out["aspects"] = std::move(aspects);
  out["work_sha256"] = sha256_hex(format("{} {} {} {}", after.drill.name, options.variant, options.seed, after.digest));
  std::string text = write_json(out, JsonStyle::compact);
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

std::vector<LoggedDrill> read_log(std::string_view text) {
  std::vector<LoggedDrill> out;
  while (!text.empty()) {
    const std::string line(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto read = read_json(make_source("log", line));
    if (!read || !read->is_object()) continue;
    const json::object& from = read->as_object();
    LoggedDrill one{.when = text_of(from, "when"),
                    .digest = text_of(from, "work_sha256"),
                    .drill = text_of(from, "drill"),
                    .difficulty = text_of(from, "difficulty"),
                    .points = number_of(from, "points"),
                    .most = number_of(from, "most"),
                    .lost = number_of(from, "lost"),
                    .lost_by_nobody = number_of(from, "lost_by_nobody")};
    if (one.drill.empty() || stands_in(out, one)) continue;
    if (const json::value* aspects = from.if_contains("aspects"); aspects != nullptr && aspects->is_array()) {
      for (const json::value& each : aspects->as_array()) {
        if (!each.is_object()) continue;
        one.aspects.emplace_back(text_of(each.as_object(), "aspect"),
                                 std::pair(number_of(each.as_object(), "points"), number_of(each.as_object(), "most")));
      }
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace firedrill::console::pages
