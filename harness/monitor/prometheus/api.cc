#include "monitor/prometheus/api.h"

#include <algorithm>
#include <filesystem>

#include "base/text/format.h"
#include "base/text/json.h"
#include "base/text/numbers.h"
#include "monitor/prometheus/json_texts.h"

namespace firedrill::monitor {
namespace {

using Json = std::expected<json::value, std::string>;

// The run stands still while it is asked, so that what is asked again and again has not so long.
constexpr http::ClientBounds kLookBounds{.connect = 2s, .answer = 3s, .body = std::size_t{256} << 20};
constexpr http::ClientBounds kBounds{.connect = 2s, .answer = 10s, .body = std::size_t{256} << 20};
constexpr int kSuccess = 200;

std::vector<std::string> list_of_texts(const json::value& value, std::string_view key) {
  std::vector<std::string> out;
  for (const json::value& each : list_in(value, key)) {
    if (each.is_string()) out.emplace_back(each.as_string());
  }
  return out;
}

Json read_answer(const std::expected<http::Answer, http::ClientError>& answer) {
  if (!answer) return std::unexpected(format("{}: {}", http::to_string(answer.error().failure), answer.error().detail));
  auto body = read_json(make_source("answer", answer->body));
  if (answer->status != kSuccess) {
    const std::string why = body ? text_in(*body, "error") : std::string();
    return std::unexpected(why.empty() ? format("it answers {}", answer->status) : why);
  }
  if (!body) return std::unexpected("what it answers is no JSON");
  return *std::move(body);
}

// As a form's value is written: everything but letters and digits.
std::string in_form(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    out += plain ? std::string(1, c) : format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

// Unix seconds with milliseconds.
std::string in_seconds(Time t) {
  const auto ms = t.time_since_epoch().count();
  return format("{}.{:03d}", ms / 1000, ms % 1000);
}

Json ask(http::Client& client, const std::string& path, const std::string& form) {
  return read_answer(client.send({.method = "POST",
                                  .path = path,
                                  .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                                  .body = form},
                                 kBounds));
}

std::optional<model::Sample> sample_of(const json::value& value) {
  const auto* pair = value.if_array();
  if (pair == nullptr || pair->size() != 2 || !(*pair)[1].is_string()) return std::nullopt;
  const json::value& at = (*pair)[0];
  const auto number = parse_float(std::string_view((*pair)[1].as_string()));
  if (!at.is_number() || !number) return std::nullopt;
  return model::Sample{Time(from_seconds(at.to_number<double>())), *number};
}

std::expected<std::vector<ServedSeries>, std::string> series_of(const Json& answer) {
  if (!answer) return std::unexpected(answer.error());
  std::vector<ServedSeries> out;
  const json::value* data = member(*answer, "data");
  if (data == nullptr) return std::unexpected("its answer has no data");
  for (const json::value& each : list_in(*data, "result")) {
    ServedSeries series{.labels = labels_in(each, "metric"), .samples = {}};
    for (const json::value& pair : list_in(each, "values")) {
      if (const auto sample = sample_of(pair)) series.samples.push_back(*sample);
    }
    out.push_back(std::move(series));
  }
  return out;
}

ServedAlert alert_of(const json::value& value) {
  ServedAlert alert;
  alert.labels = labels_in(value, "labels");
  alert.annotations = texts_in(value, "annotations");
  std::ranges::sort(alert.annotations);
  alert.firing = text_in(value, "state") == "firing";
  alert.active_at = parse_instant(text_in(value, "activeAt")).value_or(Time{});
  alert.value = parse_float(text_in(value, "value")).value_or(0);
  return alert;
}

ServedRule rule_of(const json::value& value) {
  constexpr Time kLongAgo{};
  ServedRule rule;
  rule.healthy = text_in(value, "health") != "err";
  rule.last_error = text_in(value, "lastError");
  const auto at = parse_instant(text_in(value, "lastEvaluation"));
  if (at && *at > kLongAgo) rule.evaluated_at = *at;
  for (const json::value& each : list_in(value, "alerts")) rule.alerts.push_back(alert_of(each));
  return rule;
}

json::object object_of(const notify::Silence& silence) {
  json::array matchers;
  for (const notify::Matcher& each : silence.matchers) {
    const bool negative = each.op() == model::MatchOp::not_equal || each.op() == model::MatchOp::not_regex;
    const bool regex = each.op() == model::MatchOp::regex || each.op() == model::MatchOp::not_regex;
    matchers.push_back(
        json::object{{"name", each.name()}, {"value", each.value()}, {"isRegex", regex}, {"isEqual", !negative}});
  }
  return {{"matchers", std::move(matchers)},
          {"startsAt", format_instant(silence.starts_at)},
          {"endsAt", format_instant(silence.ends_at)},
          {"createdBy", "firedrill"},
          {"comment", silence.comment.empty() ? "of the scenario" : silence.comment}};
}

}  // namespace

std::expected<std::vector<ServedGroup>, std::string> PrometheusApi::rules() {
  const Json answer = read_answer(client_.send({.path = "/api/v1/rules"}, kLookBounds));
  if (!answer) return std::unexpected(answer.error());
  const json::value* data = member(*answer, "data");
  if (data == nullptr) return std::unexpected("its answer has no data");
  std::vector<ServedGroup> out;
  for (const json::value& each : list_in(*data, "groups")) {
    ServedGroup group{.file = std::filesystem::path(text_in(each, "file")).filename().string(),
                      .name = text_in(each, "name"),
                      .rules = {}};
    for (const json::value& rule : list_in(each, "rules")) group.rules.push_back(rule_of(rule));
    out.push_back(std::move(group));
  }
  return out;
}

std::expected<std::vector<ServedSeries>, std::string> PrometheusApi::samples(const std::string& selector, Time to,
                                                                             Duration length) {
  const std::string query = format("{}[{}ms]", selector, length.count());
  return series_of(ask(client_, "/api/v1/query", format("query={}&time={}", in_form(query), in_seconds(to))));
}

std::expected<std::vector<ServedSeries>, std::string> PrometheusApi::range(const std::string& expression, Time from,
                                                                           Time to, Duration step) {
  return series_of(ask(client_, "/api/v1/query_range",
                       format("query={}&start={}&end={}&step={}ms", in_form(expression), in_seconds(from),
                              in_seconds(to), step.count())));
}

std::expected<PrometheusApi::Targets, std::string> PrometheusApi::targets() {
  const Json answer = read_answer(client_.send({.path = "/api/v1/targets?state=active"}, kLookBounds));
  if (!answer) return std::unexpected(answer.error());
  const json::value* data = member(*answer, "data");
  if (data == nullptr) return std::unexpected("its answer has no data");
  Targets out;
  for (const json::value& each : list_in(*data, "activeTargets")) {
    out.listed += 1;
    out.scraped += text_in(each, "health") != "unknown" ? 1 : 0;
    std::string why = text_in(each, "lastError");
    if (why.empty()) continue;
    const model::Labels labels = labels_in(each, "labels");
    out.failed.push_back({std::string(labels.get("instance")), std::string(labels.get("service")), std::move(why)});
  }
  return out;
}

std::expected<std::vector<HeldAlert>, std::string> AlertmanagerApi::alerts() {
  const Json answer = read_answer(client_.send({.path = "/api/v2/alerts"}, kLookBounds));
  if (!answer) return std::unexpected(answer.error());
  if (!answer->is_array()) return std::unexpected("its answer is no list");
  std::vector<HeldAlert> out;
  for (const json::value& each : answer->as_array()) {
    HeldAlert alert{.labels = labels_in(each, "labels"),
                    .fingerprint = text_in(each, "fingerprint"),
                    .inhibited_by = {},
                    .silenced_by = {}};
    if (const json::value* status = member(each, "status")) {
      alert.inhibited_by = list_of_texts(*status, "inhibitedBy");
      alert.silenced_by = list_of_texts(*status, "silencedBy");
    }
    out.push_back(std::move(alert));
  }
  return out;
}

std::expected<std::string, std::string> AlertmanagerApi::add_silence(const notify::Silence& silence) {
  const Json answer = read_answer(client_.send({.method = "POST",
                                                .path = "/api/v2/silences",
                                                .headers = {{"Content-Type", "application/json"}},
                                                .body = write_json(object_of(silence), JsonStyle::compact)},
                                               kBounds));
  if (!answer) return std::unexpected(answer.error());
  return text_in(*answer, "silenceID");
}

}  // namespace firedrill::monitor
