// What firedrill says, put to promtool as a unit test: it must agree.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/duration.h"
#include "base/random.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "promtool.h"
#include "rule_builder.h"

namespace firedrill::alerting {
namespace {

using testing::HasSubstr;

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// JSON is YAML too.
std::string as_json(const json::value& value) {
  return write_json(value, JsonStyle::compact);
}

json::object as_object(const model::Labels& labels) {
  json::object object;
  for (const model::Label& label : labels) object[label.name] = label.value;
  return object;
}

TEST(PromtoolOracle, RendersTheTableOfTemplates) {
  const Promtool promtool("templates");
  FIREDRILL_NEED_PROMTOOL(promtool);
  const auto source = read_source(FIREDRILL_SOURCE_DIR "/tests/unit/alerting/templates.json");
  const auto cases = read_json(*source);
  ASSERT_TRUE(cases);
  json::array good;
  json::array bad;
  json::array tests;
  std::vector<std::string> refusals;
  for (const json::value& c : cases->as_array()) {
    const bool refused = c.as_object().contains("refused");
    const std::string name = "T" + std::to_string(refused ? bad.size() : good.size());
    (refused ? bad : good)
        .push_back(json::object{{"alert", name}, {"expr", "m"}, {"annotations", {{"a", c.at("template")}}}});
    const std::string expected(c.at(refused ? "refused" : "gives").as_string());
    const std::string named = replaced(expected, "__alert_T", "__alert_" + name);
    if (refused) {
      refusals.push_back("annotation \"a\": " + named);
      continue;
    }
    tests.push_back(json::object{
        {"eval_time", "0s"},
        {"alertname", name},
        {"exp_alerts", json::array{json::object{
                           {"exp_labels", {{"code", "500"}, {"instance", "web-0.shop.example:8080"}, {"job", "api"}}},
                           {"exp_annotations", {{"a", named}}}}}}});
  }
  const auto rules = [](const json::array& list) {
    return as_json(json::object{{"groups", json::array{json::object{{"name", "g"}, {"rules", list}}}}});
  };
  promtool.write("good.yml", rules(good));
  promtool.write("bad.yml", rules(bad));
  const auto series = [](const char* name, const char* values) {
    return json::object{{"series", name}, {"values", values}};
  };
  promtool.write(
      "test.yml",
      as_json(json::object{
          {"rule_files", json::array{"good.yml"}},
          {"evaluation_interval", "1m"},
          {"tests", json::array{json::object{
                        {"interval", "1m"},
                        {"external_labels", {{"cluster", "eu1"}}},
                        {"external_url", "https://prom.example:9090/path"},
                        {"input_series",
                         json::array{series(R"(m{instance="web-0.shop.example:8080",job="api",code="500"})", "3.7e-3"),
                                     series(R"(other{job="b"})", "2"), series(R"(other{job="a"})", "1")}},
                        {"alert_rule_test", tests}}}}}));
  EXPECT_THAT(promtool.run("test rules test.yml"), HasSubstr("SUCCESS"));
  const std::string said = promtool.run("check rules bad.yml");
  for (const std::string& refusal : refusals) EXPECT_THAT(said, HasSubstr(refusal));
}

// A random world of a few rules over a few series, evaluated every minute (or so).
class Timeline {
 public:
  explicit Timeline(std::uint64_t seed) : random_(seed, "timeline"), bench_(make_rules()) {
    bench_.settings().world.external_labels = {{"cluster", "eu1"}};
    constexpr std::array kSeries{R"(m{job="a",tier="gold"})", R"(m{job="b",tier="tin"})", R"(m{job="c"})", "n"};
    for (const char* metric : kSeries) {
      const std::string values = random_values();
      bench_.load(metric, values);
      input_.push_back(json::object{{"series", metric}, {"values", values}});
    }
  }

  static constexpr std::int64_t kMinutes = 40;

  void run() {
    for (std::int64_t at = 0; at <= kMinutes; ++at) {
      bench_.run(at, at);
      expect_alerts(at);
      expect_series("ALERTS", at);
      expect_series("ALERTS_FOR_STATE", at);
      expect_series("r", at);
    }
  }

  std::string rules() const {
    return as_json(json::object{{"groups", json::array{json::object{{"name", "g"}, {"rules", rules_}}}}});
  }
  std::string tests() const {
    return as_json(json::object{{"rule_files", json::array{"rules.yml"}},
                                {"evaluation_interval", "1m"},
                                {"tests", json::array{json::object{{"interval", "1m"},
                                                                   {"external_labels", {{"cluster", "eu1"}}},
                                                                   {"input_series", input_},
                                                                   {"alert_rule_test", alerts_},
                                                                   {"promql_expr_test", expressions_}}}}});
  }
  std::size_t transitions() const { return transitions_; }
  std::size_t firing() const { return firing_; }

 private:
  template <std::size_t N>
  std::string pick(const std::array<const char*, N>& choices) {
    return choices[random_.below(N)];
  }

  std::string random_values() {
    std::string values;
    int value = 0;
    for (std::int64_t at = 0; at <= kMinutes; ++at) {
      const std::uint64_t dice = random_.below(20);
      if (dice < 6) value = static_cast<int>(random_.below(4));
      values += dice == 19 ? "stale " : dice == 18 ? "_ " : std::to_string(value) + " ";
    }
    values.pop_back();
    return values;
  }

  std::vector<Rule> make_rules() {
    std::vector<Rule> rules{record("r", "sum by (job) (m)", {{"level", "job"}})};
    rules_.push_back(json::object{{"record", "r"}, {"expr", "sum by (job) (m)"}, {"labels", {{"level", "job"}}}});
    for (int i = 0; i < 4; ++i) {
      const std::string name = "A" + std::to_string(i);
      const std::string expr =
          pick(std::array{"m > 1", "m == 0", "r > 1", "m > on() group_left n", "absent(m{job=\"a\"})",
                          "count(ALERTS{alertname=\"A0\"}) > 1", "m{job!=\"c\"} > 0 and on() n > 1",
                          "changes(m[5m]) > 1", "vector(1) unless on() (m > 2)"});
      const std::string hold = pick(std::array{"0s", "0s", "30s", "1m", "90s", "2m", "5m"});
      const std::string keep = pick(std::array{"0s", "0s", "30s", "1m", "3m", "10m"});
      const std::string severity =
          pick(std::array{"page", "{{ if eq $labels.tier \"gold\" }}page{{ else }}ticket{{ end }}",
                          "{{ $labels.tier }}", "{{ $value }}"});
      const std::string summary =
          pick(std::array{"{{ $labels.job }} is at {{ $value | humanize }} in {{ $externalLabels.cluster }}",
                          "{{ with query \"n\" }}{{ . | first | value }}{{ end }}", "plain"});
      rules.push_back(alert(name, expr, *parse_duration(hold), *parse_duration(keep), {{"severity", severity}},
                            {{"summary", summary}}));
      rules_.push_back(json::object{{"alert", name},
                                    {"expr", expr},
                                    {"for", hold},
                                    {"keep_firing_for", keep},
                                    {"labels", {{"severity", severity}}},
                                    {"annotations", {{"summary", summary}}}});
    }
    return rules;
  }

  void expect_alerts(std::int64_t at) {
    transitions_ += bench_.transitions().size();
    for (std::size_t i = 1; i < rules_.size(); ++i) {
      json::array expected;
      for (const Alert& alert : bench_.group().alerts(i)) {
        if (alert.state != AlertState::firing) continue;
        ++firing_;
        model::Labels labels = alert.labels;
        labels.remove(model::kAlertName);
        expected.push_back(json::object{{"exp_labels", as_object(labels)},
                                        {"exp_annotations", {{"summary", alert.annotations.at(0).value}}}});
      }
      alerts_.push_back(json::object{{"eval_time", std::to_string(at) + "m"},
                                     {"alertname", "A" + std::to_string(i - 1)},
                                     {"exp_alerts", expected}});
    }
  }

  // What an instant query of the metric gives at that minute.
  void expect_series(const std::string& name, std::int64_t at) {
    json::array samples;
    const std::vector matchers{model::Matcher::make("__name__", model::MatchOp::equal, name).value()};
    for (const tsdb::SeriesRef ref : bench_.store().select(matchers)) {
      const auto columns = bench_.store().samples(ref);
      if (columns.times.empty() || is_stale(columns.values.back())) continue;
      if (columns.times.back() <= (at - 5) * 60'000) continue;
      samples.push_back(
          json::object{{"labels", bench_.store().labels(ref).to_string()}, {"value", columns.values.back()}});
    }
    expressions_.push_back(
        json::object{{"expr", name}, {"eval_time", std::to_string(at) + "m"}, {"exp_samples", samples}});
  }

  RandomStream random_;
  json::array rules_;
  Bench bench_;
  json::array input_;
  json::array alerts_;
  json::array expressions_;
  std::size_t transitions_ = 0;
  std::size_t firing_ = 0;
};

TEST(PromtoolOracle, AgreesOnRandomAlertTimelines) {
  const Promtool promtool("timelines");
  FIREDRILL_NEED_PROMTOOL(promtool);
  const char* wanted = std::getenv("FIREDRILL_TIMELINES");
  const std::uint64_t seeds = wanted ? std::stoull(wanted) : 15;
  std::size_t transitions = 0;
  std::size_t firing = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Timeline timeline(seed);
    timeline.run();
    promtool.write("rules.yml", timeline.rules());
    promtool.write("test.yml", timeline.tests());
    const std::string said = promtool.run("test rules test.yml");
    EXPECT_THAT(said, HasSubstr("SUCCESS")) << "seed " << seed << "\n" << timeline.rules() << "\n" << timeline.tests();
    if (said.find("SUCCESS") == std::string::npos) break;
    transitions += timeline.transitions();
    firing += timeline.firing();
  }
  EXPECT_GT(transitions, seeds * 20);
  EXPECT_GT(firing, seeds * 20);
  RecordProperty("transitions", std::to_string(transitions));
}

}  // namespace
}  // namespace firedrill::alerting
