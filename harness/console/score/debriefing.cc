#include "console/score/debriefing.h"

#include "base/duration.h"
#include "base/text/format.h"
#include "reports/course_rows.h"

namespace firedrill::console {
namespace {

std::string points_of(const ScoreLine& line) {
  if (line.aspect == "hints") return format("{:.0f}", line.points);
  return line.most > 0 ? format("{:.0f}/{:.0f}", line.points, line.most) : "–";
}

std::string table_of(const Score& score) {
  std::vector<std::vector<std::string>> rows;
  for (const ScoreLine& line : score.lines) {
    rows.push_back({"  " + line.aspect, points_of(line), line.at ? format_clock(*line.at) : "", line.why});
  }
  return columns(rows);
}

std::string causes_of(const Drill& drill, const Worked& worked) {
  const auto injected = injected_in(worked);
  std::string also;
  for (const record::FaultRecord* fault : injected) {
    also += format("{} {} of {}, at {}", also.empty() ? "" : ";", fault->kind, fault->target,
                   format_clock(*fault->injected_at));
  }
  if (!also.empty()) also = format("let happen by whoever ran it:{}\n", also);
  if (drill.quiet && injected.empty()) return "nothing was wrong: a false alarm\n";
  if (drill.quiet) return "nothing was wrong at first: a false alarm\n" + also;
  std::string out = "what was wrong:";
  for (const Cause& cause : drill.causes) {
    out += format("{} {} ({})", &cause == &drill.causes.front() ? "" : " or",
                  cause.service.empty() ? "–" : cause.service, cause.kind);
  }
  return out + "\n" + also;
}

std::string beside(std::string_view who, const Worked& worked) {
  std::string out = format("{}: {:.0f} of {:.0f} requests lost", who, worked.lost, worked.requests);
  if (const record::IncidentRecord* incident = incident_of(worked.finished.record)) {
    if (const record::Measure* ttm = incident->measure("ttm")) out += format(", time to mitigate {}", ttm->text);
  }
  if (const auto worst = worst_severity(worked.finished.record)) {
    out += format(", {} at its worst", record::to_string(*worst));
  }
  return out + "\n";
}

json::object json_of(const Worked& worked) {
  json::object out;
  out["requests"] = worked.requests;
  out["lost"] = worked.lost;
  if (const auto worst = worst_severity(worked.finished.record)) out["severity"] = record::to_string(*worst);
  if (const record::IncidentRecord* incident = incident_of(worked.finished.record)) {
    const record::Measure* ttm = incident->measure("ttm");
    if (ttm != nullptr) out["time_to_mitigate"] = ttm->text;
  }
  return out;
}

std::string list_of(std::string_view title, const std::vector<std::string>& texts) {
  if (texts.empty()) return {};
  std::string out = format("\n{}:\n", title);
  for (const std::string& text : texts) out += format("  - {}\n", text);
  return out;
}

// Of a drill that retells a public incident: what was published beside the worked line.
std::string published_beside(const record::Record& record) {
  const auto rows = reports::course_rows(record);
  if (rows.empty()) return "";
  std::string out = format("\n{}\n{}\n", reports::course_source(record), reports::course_headline(record));
  std::vector<std::vector<std::string>> table{{"  published", "here", "what"}};
  for (const reports::CourseRow& row : rows) table.push_back({"  " + row.published, row.here, row.what});
  return out + columns(table);
}

json::array published_rows(const record::Record& record) {
  json::array out;
  for (const reports::CourseRow& row : reports::course_rows(record)) {
    out.push_back(
        json::object{{"what", row.what}, {"published", row.published}, {"here", row.here}, {"stands", row.stands}});
  }
  return out;
}

}  // namespace

json::object json_of(const Score& score) {
  json::object out;
  out["points"] = score.points;
  out["most"] = score.most;
  out["cause_found"] = score.cause_found;
  out["mitigated"] = score.mitigated;
  out["quiet"] = score.quiet;
  out["false_alarm"] = score.false_alarm;
  out["lost"] = score.lost;
  out["lost_by_nobody"] = score.lost_by_nobody;
  if (score.lost_at_best) out["lost_at_best"] = *score.lost_at_best;
  json::array lines;
  for (const ScoreLine& line : score.lines) {
    json::object one;
    one["aspect"] = line.aspect;
    one["points"] = line.points;
    one["most"] = line.most;
    one["why"] = line.why;
    if (line.at) one["at"] = format_instant(*line.at);
    lines.push_back(std::move(one));
  }
  out["lines"] = std::move(lines);
  return out;
}

Debriefing debriefing_of(const Drill& drill, const Game::Options& options, const Game::Result& result) {
  const Yardstick yardstick{*result.nobody, result.best.get()};
  const Score score = score_of(*result.worked, yardstick, drill);
  Debriefing out;
  out.text = format("{} (variant {}, seed {}), {}\n\n", drill.name, options.variant, options.seed, drill.difficulty);
  out.text += causes_of(drill, *result.worked) +
              format("\n{:.0f} of {:.0f} points\n{}\n", score.points, score.most, table_of(score));
  out.text += beside("you", *result.worked) + beside("nobody acts", *result.nobody);
  if (result.best != nullptr) out.text += beside("the best response that is known", *result.best);
  json::array left;
  for (std::size_t i = 0; i < result.left.size(); ++i) {
    const Score other = score_of(result.left[i], result.left_against[i], drill);
    out.text += beside(format("line {}, left before step {}", i + 1, result.left_at[i]), result.left[i]);
    out.text += format("  {:.0f} of {:.0f} points\n", other.points, other.most);
    json::object one = json_of(result.left[i]);
    one["left_before_step"] = result.left_at[i];
    one["score"] = json_of(other);
    left.push_back(std::move(one));
  }
  out.text += published_beside(result.worked->finished.record);
  out.text += format("\nwhat it is about: {}\n", drill.aim);
  out.text += list_of("questions", drill.questions) + list_of("what to practise next", drill.next);
  out.data["drill"] = drill.name;
  out.data["variant"] = options.variant;
  out.data["seed"] = options.seed;
  json::array causes;
  for (const Cause& cause : drill.causes) {
    json::object one;
    one["service"] = cause.service;
    one["kind"] = cause.kind;
    causes.push_back(std::move(one));
  }
  out.data["causes"] = std::move(causes);
  json::array injected;
  for (const record::FaultRecord* fault : injected_in(*result.worked)) {
    injected.push_back(
        json::object{{"kind", fault->kind}, {"target", fault->target}, {"at", format_instant(*fault->injected_at)}});
  }
  if (!injected.empty()) out.data["injected"] = std::move(injected);
  out.data["score"] = json_of(score);
  out.data["worked"] = json_of(*result.worked);
  out.data["nobody"] = json_of(*result.nobody);
  if (result.best != nullptr) out.data["best"] = json_of(*result.best);
  out.data["left"] = std::move(left);
  if (json::array rows = published_rows(result.worked->finished.record); !rows.empty())
    out.data["published"] = std::move(rows);
  return out;
}

}  // namespace firedrill::console
