#include "alerting/analysis/episodes.h"

#include <gmock/gmock.h>

#include "alerting/analysis/collision.h"
#include "base/duration.h"
#include "rule_builder.h"

namespace firedrill::alerting {
namespace {

EpisodeWords words() {
  return {[](Time t) { return format_duration(t - minute(0)); }, [](Duration d) { return format_duration(d); },
          ", and `for` asks for 9m"};
}

// Evaluates minute by minute, and tells of each time that an alert was pending in vain.
std::string told(Rule rule, const std::vector<std::pair<std::string, std::string>>& series, std::int64_t last) {
  rule.hold = 9min;
  Bench bench({rule});
  for (const auto& [metric, values] : series) bench.load(metric, values);
  std::vector<Episode> episodes;
  std::optional<WhyNotWatch> watch;
  for (std::int64_t at = 0; at <= last; ++at) {
    bench.run(at, at);
    if (!watch) watch.emplace(bench.spec().rules[0].expression, bench.store(), promql::Options{});
    const auto transitions = bench.transitions();
    std::vector<model::Labels> begun;
    for (const AlertTransition& each : transitions) {
      if (each.to == AlertState::pending) begun.push_back(each.labels);
    }
    for (const AlertTransition& each : transitions) {
      if (each.to != AlertState::inactive) continue;
      model::Labels own = each.labels;
      own.remove(model::kAlertName);
      for (const NamedText& label : rule.labels) own.remove(label.name);
      Episode episode{each.labels, each.active_at, minute(at - 1), minute(at)};
      find_end(episode, *watch, minute(at), own, begun);
      episodes.push_back(std::move(episode));
    }
  }
  return describe(episodes, words());
}

TEST(Episodes, SayWhatEndedEach) {
  const auto of = [](const std::string& expr, const std::string& m, const std::string& n = "0x0") {
    return told(alert("A", expr), {{"m", m}, {"n", n == "0x0" ? "0 0 0 0 0 0 0 0 0 0" : n}}, 9);
  };
  EXPECT_EQ(of("m > 5", "9 9 9 1 1"), "from 0s for 2m, and `for` asks for 9m; then m was 1 at 3m");
  EXPECT_EQ(of("m > 5", "9 1 1"), "at one evaluation alone, 0s, and `for` asks for 9m; then m was 1 at 1m");
  EXPECT_EQ(of("m > 5", "9 9 stale"), "from 0s for 1m, and `for` asks for 9m; then m had no value at 2m");
  EXPECT_EQ(of("m > 5 and n < 1", "9 9 9 9", "0 0 3 3"), "from 0s for 1m, and `for` asks for 9m; then n was 3 at 2m");
  EXPECT_EQ(of("m > 5 unless n > 1", "9 9 9 9", "0 0 3 3"),
            "from 0s for 1m, and `for` asks for 9m; then `unless` took it away: n > 1 was there at 2m");
  EXPECT_EQ(of("m > 5 and n > 5 and k > 5", "9 9 1", "9 9 2"), "");
  EXPECT_EQ(told(alert("A", "m > 5 and n > 5 and k > 5"), {{"m", "9 9 1"}, {"n", "9 9 2"}, {"k", "9 9 9"}}, 2),
            "from 0s for 1m, and `for` asks for 9m; then m was 1, and n was 2 at 2m");
  EXPECT_EQ(told(alert("A", "m > 5 or n > 5 or k > 5"), {{"m", "9 9 1"}, {"n", "1 1 2"}, {"k", "1 1 stale"}}, 2),
            "from 0s for 1m, and `for` asks for 9m; then m was 1, and n was 2, and k had no value at 2m");
  EXPECT_EQ(of("absent(m)", "_ 1 stale 1"),
            "2 times, at one evaluation alone each: 0s and 2m, and `for` asks for 9m; each ended as what was missing "
            "was there (m was there at 1m)");
  EXPECT_EQ(of("absent(m)", "_ _ 1 1"), "from 0s for 1m, and `for` asks for 9m; then m was there at 2m");
  EXPECT_EQ(of("m > 5", "9 9 1 9 9 9 1 9 stale 9"),
            "3 times: from 0s for 1m, from 3m for 2m and at one evaluation alone, 7m; for the longest from 3m for 2m, "
            "and `for` asks for 9m; 2 ended as the comparison no longer held (m was 1 at 2m), 1 as there was nothing "
            "to compare "
            "(m had no value at 8m)");
  EXPECT_EQ(of("m > 5", "9 9 1 9 9 1 9 9 1 1"),
            "3 times, for 1m each, from 0s, 3m and 6m, and `for` asks for 9m; each ended as the comparison no longer "
            "held (m was 1 at 2m)");
  EXPECT_EQ(of("m > 5", "1 1 1"), "");
}

// Nobody reads sixty of them: the first, the longest, the last, and how many there were.
TEST(Episodes, AreCountedWhereThereAreMany) {
  std::string alike, unlike;
  for (int i = 0; i < 20; ++i) alike += "9 1 ", unlike += i == 7 ? "9 9 1 " : "9 1 ";
  EXPECT_EQ(told(alert("A", "m > 5"), {{"m", alike}}, 39),
            "20 times, at one evaluation alone each: 0s first, 38m last, and `for` asks for 9m; each ended as the "
            "comparison no longer held (m was 1 at 1m)");
  EXPECT_EQ(told(alert("A", "m > 5"), {{"m", unlike}}, 40),
            "20 times: at one evaluation alone, 0s first, at one evaluation alone, 39m last; for the longest from 14m "
            "for 1m, and `for` asks for 9m; each ended as the comparison no longer held (m was 1 at 1m)");
}

TEST(Episodes, KnowTheLabelThatChangedWithTheValue) {
  EXPECT_EQ(
      told(alert("A", "m > 5", {}, {}, {{"reading", "{{ $value }}"}}), {{"m{i=\"a\"}", "9 8 7 6 1"}}, 4),
      "4 times, at one evaluation alone each: 0s, 1m, 2m and 3m, and `for` asks for 9m; 1 ended as the comparison "
      "no longer held (m was 1 at 4m), 3 as a label changed, which makes another alert (the label 'reading' "
      "changed from \"9\" to \"8\" at 1m)");
}

// As in a rollout: to Prometheus another series, to people the same thing under another name.
TEST(Episodes, KnowTheLabelOfTheSeriesThatChanged) {
  EXPECT_EQ(
      told(alert("A", "m > 5"), {{"m{pod=\"a-1\"}", "9 9 9 stale"}, {"m{pod=\"a-2\"}", "_ _ _ 9 9 1"}}, 5),
      "2 times: from 0s for 2m and from 3m for 1m; for the longest from 0s for 2m, and `for` asks for 9m; 1 ended "
      "as the comparison no longer held (m was 1 at 5m), 1 as a label changed, which makes another alert (the "
      "label 'pod' changed from \"a-1\" to \"a-2\" at 3m)");
  const std::vector<std::pair<std::string, std::string>> two = {{"m{pod=\"a-0\"}", "9 9 9 stale"},
                                                                {"m{pod=\"b-0\"}", "9 9 9 stale"},
                                                                {"m{pod=\"a-0-1\"}", "_ _ _ 9 1"},
                                                                {"m{pod=\"b-0-1\"}", "_ _ _ 9 1"}};
  EXPECT_THAT(told(alert("A", "m > 5"), two, 4), testing::HasSubstr("changed from \"a-0\" to \"a-0-1\" at 3m"));
  // One that was there before has taken nobody's place.
  EXPECT_THAT(told(alert("A", "m > 5"), {{"m{pod=\"a\"}", "9 9 9 stale"}, {"m{pod=\"b\"}", "1 1 1 9 1"}}, 4),
              testing::HasSubstr("then m had values of other series alone at 3m"));
}

TEST(Episodes, AreThoseOfTheAlertThatHeldForTheLongest) {
  EXPECT_EQ(
      told(alert("A", "m > 5"), {{"m{i=\"a\"}", "9 1 9 1"}, {"m{i=\"b\"}", "9 9 9 1"}}, 4),
      "as {i=\"b\"} from 0s for 2m, and `for` asks for 9m; then m was 1 at 3m; with other labels 2 times, and for "
      "no longer");
}

TEST(Episodes, GoOnPastTheEnd) {
  const std::vector<Episode> open{{.labels = {}, .began = minute(2), .last = minute(5), .ended = std::nullopt}};
  EXPECT_EQ(describe(open, words()), "from 2m on, and `for` asks for 9m");
}

// Why evaluations fail for series that come to be one.
TEST(Collisions, NameTheSeriesAndTheRemedy) {
  struct Case {
    Rule rule;
    std::vector<std::string> series;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {alert("A", "a / on (ns) b > 0"),
       {"a{ns=\"x\", i=\"1\"}", "b{ns=\"x\", i=\"1\"}", "b{ns=\"x\", i=\"2\"}"},
       "on the right of `/` two series of one group differ in i (\"1\" and \"2\"): make them one before, say with `max "
       "by (ns) (b)`, or match by these labels too"},
      {alert("A", "a * on (ns) group_left (class) b"),
       {"a{ns=\"x\", i=\"1\"}", "b{ns=\"x\", class=\"c\", job=\"s\"}", "b{ns=\"x\", class=\"c\", job=\"t\"}"},
       "on the right of `*` two series of one group differ in job (\"s\" and \"t\"): make them one before, say with "
       "`max by (ns, class) (b)`"},
      {alert("A", "a - ignoring (i) b"),
       {"a{ns=\"x\", i=\"1\"}", "a{ns=\"x\", i=\"2\"}", "b{ns=\"x\"}"},
       "on the left of `-` two series of one group differ in i (\"1\" and \"2\"): make them one before, say with `max "
       "without (i) (a)`, or match by these labels too"},
      {alert("A", "{__name__=~\"h_.*\"} > 0"),
       {"h_a{job=\"x\"}", "h_b{job=\"x\"}"},
       "h_a{job=\"x\"} and h_b{job=\"x\"} become the same alert, since an alert has no metric name: ask for one "
       "metric, "
       "or copy the name into a label, label_replace(…, \"metric\", \"$1\", \"__name__\", \"(.+)\")"},
      {alert("A", "m > 0", {}, {}, {{"pod", "any"}}),
       {"m{pod=\"p\"}", "m{pod=\"q\"}"},
       "m{pod=\"p\"} and m{pod=\"q\"} become the same alert: the rule's own label 'pod' takes the place of theirs; "
       "give "
       "it another name"},
      {alert("A", "m > 0"), {"m{pod=\"p\"}", "m{pod=\"q\"}"}, ""},
  };
  for (const Case& c : cases) {
    Bench bench({c.rule});
    for (const std::string& series : c.series) bench.load(series, "1");
    bench.run(0, 0);
    EXPECT_EQ(bench.group().health(0).last_error.empty(), c.expected.empty()) << c.rule.expr.value;
    const TemplateWorld world;
    const promql::Options options;
    EXPECT_EQ(why_collides({bench.spec().rules[0], bench.store(), options, world}, minute(0)), c.expected);
  }
}

}  // namespace
}  // namespace firedrill::alerting
