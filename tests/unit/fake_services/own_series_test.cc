// What a process exposes of the scenario's own metrics, as whoever scrapes it reads it.
#include "fake_services/process/own_series.h"

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace firedrill::fake_services {
namespace {

using model::MetricType;

struct Answer {
  const char* route;
  int code;
  double seconds;
};

// A line a sample, as the text has them, without comments.
std::string samples(const std::vector<prometheus::MetricFamily>& families) {
  std::istringstream text(prometheus::TextSerializer().Serialize(families));
  std::string out;
  for (std::string line; std::getline(text, line);) {
    if (!line.starts_with('#')) out += line + "\n";
  }
  return out;
}

class Exposed {
 public:
  explicit Exposed(MetricSpec spec, double speed = 1) {
    service_.spec.version = "2.1";
    cart_.method = "GET";
    cart_.path = "/cart";
    pay_.method = "POST";
    pay_.path = "/pay";
    std::vector<MetricSpec> specs;
    specs.push_back(std::move(spec));
    series_.emplace(std::move(specs), speed, service_);
  }
  void answer(const std::vector<Answer>& answers) {
    for (const Answer& each : answers) {
      series_->answered(std::string_view(each.route) == "pay" ? pay_ : cart_, each.code, each.seconds);
    }
  }
  std::string text(double at_s = 1, const OwnLevels& now = {}) { return samples(series_->families(now, at_s)); }
  OwnSeries& series() { return *series_; }
  ServiceModel& service() { return service_; }

 private:
  ServiceModel service_;
  RouteModel cart_;
  RouteModel pay_;
  std::optional<OwnSeries> series_;
};

MetricSpec metric(const char* name, MetricType type, const char* signal,
                  std::map<std::string, std::string> labels = {}) {
  MetricSpec spec;
  spec.name = name;
  spec.service = "web";
  spec.type = type;
  spec.signal = signal;
  spec.labels = std::move(labels);
  spec.buckets = {0.1, 0.5};
  return spec;
}

const std::vector<Answer> kAnswers = {
    {"cart", 200, 0.0625}, {"cart", 200, 0.25}, {"cart", 404, 0.0625}, {"pay", 503, 0.75}, {"pay", 200, 0.5}};

TEST(OwnSeries, AreNamedAndLabelledAsTheScenarioSays) {
  struct Case {
    MetricSpec spec;
    const char* before;  // anything was answered
    const char* after;
  };
  const Case cases[] = {
      {metric("answers", MetricType::counter, "requests"), "answers 0\n", "answers 5\n"},
      {metric("failures", MetricType::counter, "errors"), "failures 0\n", "failures 1\n"},
      {metric("answers", MetricType::gauge, "requests", {{"status", "code"}}), "",
       "answers{status=\"200\"} 3\nanswers{status=\"404\"} 1\nanswers{status=\"503\"} 1\n"},
      {metric("answers", MetricType::counter, "requests", {{"class", "code_class"}, {"team", "=shop"}}), "",
       "answers{class=\"2xx\",team=\"shop\"} 3\nanswers{class=\"4xx\",team=\"shop\"} 1\n"
       "answers{class=\"5xx\",team=\"shop\"} 1\n"},
      {metric("failures", MetricType::counter, "errors", {{"path", "route"}, {"verb", "method"}}), "",
       "failures{path=\"/pay\",verb=\"POST\"} 1\n"},
      {metric("answers", MetricType::counter, "requests", {{"release", "version"}}), "",
       "answers{release=\"2.1\"} 5\n"},
      // With _bucket in its name or without.
      {metric("seconds_bucket", MetricType::histogram, "duration"), "",
       "seconds_count 5\nseconds_sum 1.625\nseconds_bucket{le=\"0.1\"} 2\nseconds_bucket{le=\"0.5\"} 4\n"
       "seconds_bucket{le=\"+Inf\"} 5\n"},
      {metric("seconds", MetricType::histogram, "duration", {{"path", "route"}}), "",
       "seconds_count{path=\"/cart\"} 3\nseconds_sum{path=\"/cart\"} 0.375\n"
       "seconds_bucket{path=\"/cart\",le=\"0.1\"} 2\nseconds_bucket{path=\"/cart\",le=\"0.5\"} 3\n"
       "seconds_bucket{path=\"/cart\",le=\"+Inf\"} 3\n"
       "seconds_count{path=\"/pay\"} 2\nseconds_sum{path=\"/pay\"} 1.25\n"
       "seconds_bucket{path=\"/pay\",le=\"0.1\"} 0\nseconds_bucket{path=\"/pay\",le=\"0.5\"} 1\n"
       "seconds_bucket{path=\"/pay\",le=\"+Inf\"} 2\n"},
  };
  for (const Case& each : cases) {
    Exposed exposed(each.spec);
    EXPECT_EQ(exposed.text(1), each.before) << each.spec.name;
    exposed.answer(kAnswers);
    EXPECT_EQ(exposed.text(2), each.after) << each.spec.name;
    exposed.series().count_anew();
    EXPECT_EQ(exposed.text(3), each.before) << each.spec.name;
  }
}

TEST(OwnSeries, SayWhatIsSoAtTheMoment) {
  const OwnLevels now{.in_flight = 3,
                      .queued = 2,
                      .cpu_s = 1.5,
                      .memory = 64,
                      .disk_available = 7,
                      .certificate_expiry_s = 90,
                      .messages = 11,
                      .oldest_s = 4};
  const std::pair<const char*, const char*> cases[] = {{"in_flight", "it 3\n"},
                                                       {"queue_length", "it 2\n"},
                                                       {"cpu", "it 1.5\n"},
                                                       {"memory", "it 64\n"},
                                                       // Of what the service does not have there is no series.
                                                       {"disk_available", ""},
                                                       {"certificate_expiry", ""},
                                                       {"messages_waiting", ""},
                                                       {"message_age", ""}};
  for (const auto& [signal, text] : cases) {
    Exposed exposed(metric("it", MetricType::gauge, signal));
    EXPECT_EQ(exposed.text(1, now), text) << signal;
  }
  const std::pair<const char*, const char*> more[] = {{"disk_available", "it 7\n"},
                                                      {"certificate_expiry", "it 90\n"},
                                                      {"messages_waiting", "it 11\n"},
                                                      {"message_age", "it 4\n"}};
  for (const auto& [signal, text] : more) {
    Exposed exposed(metric("it", MetricType::gauge, signal));
    exposed.service().spec.disk.emplace();
    exposed.service().spec.certificate.emplace();
    exposed.service().spec.consumer.emplace();
    EXPECT_EQ(exposed.text(1, now), text) << signal;
  }
}

// Of the scrapes at hand the youngest that is a window ago is what a ratio or a rate counts from. The window is of the
// incident's time, the rate of the requests'.
TEST(OwnSeries, LookBackAWindow) {
  for (const double speed : {1.0, 10.0}) {
    MetricSpec ratio = metric("ratio", MetricType::gauge, "error_ratio");
    MetricSpec rate = metric("rate", MetricType::gauge, "request_rate");
    ratio.window = rate.window = from_seconds(60 * speed);
    Exposed failing(ratio, speed), coming(rate, speed);
    const auto at = [&](double seconds) { return failing.text(seconds) + coming.text(seconds); };
    const auto answer = [&](int times, int code) {
      for (int i = 0; i < times; ++i) {
        failing.answer({{"cart", code, 0.1}});
        coming.answer({{"cart", code, 0.1}});
      }
    };
    EXPECT_EQ(at(1000), "ratio 0\nrate 0\n");
    answer(30, 200);
    EXPECT_EQ(at(1030), "ratio 0\nrate 1\n");  // as far as it goes
    answer(60, 503);
    EXPECT_EQ(at(1060), "ratio 0.6666666666666666\nrate 1.5\n");
    EXPECT_EQ(at(1090), "ratio 1\nrate 1\n");
    EXPECT_EQ(at(1125), "ratio 0\nrate 0\n");
    failing.series().count_anew();
    coming.series().count_anew();
    answer(10, 200);
    EXPECT_EQ(at(1130), "ratio 0\nrate 0\n");
    answer(10, 503);
    EXPECT_EQ(at(1140), "ratio 1\nrate 1\n");
  }
}

// A process that goes on where a simulated one left off shows no restart.
TEST(OwnSeries, GoOnFromWhatWasCountedBefore) {
  using Count = PastMetrics::Count;
  struct Case {
    MetricSpec spec;
    std::vector<Count> past;
    const char* text;
  };
  const Case cases[] = {
      {metric("answers", MetricType::counter, "requests"), {{"answers", {}, 100}, {"others", {}, 7}}, "answers 105\n"},
      {metric("answers", MetricType::counter, "requests", {{"status", "code"}}),
       {{"answers", {{"status", "200"}}, 40}, {"answers", {{"status", "500"}}, 2}},
       "answers{status=\"200\"} 43\nanswers{status=\"404\"} 1\nanswers{status=\"500\"} 2\nanswers{status=\"503\"} 1\n"},
      {metric("seconds_bucket", MetricType::histogram, "duration"),
       {{"seconds_bucket", {{"le", "0.1"}}, 10},
        {"seconds_bucket", {{"le", "0.5"}}, 15},
        {"seconds_bucket", {{"le", "+Inf"}}, 20},
        {"seconds_count", {}, 20},
        {"seconds_sum", {}, 8},
        {"seconds_since", {}, 5}},
       "seconds_count 25\nseconds_sum 9.625\nseconds_bucket{le=\"0.1\"} 12\nseconds_bucket{le=\"0.5\"} 19\n"
       "seconds_bucket{le=\"+Inf\"} 25\n"},
      {metric("busy", MetricType::counter, "cpu"), {{"busy", {}, 30}}, "busy 31.5\n"},
      {metric("held", MetricType::gauge, "memory"), {{"held", {}, 30}}, "held 64\n"},
  };
  for (const Case& each : cases) {
    Exposed exposed(each.spec);
    exposed.series().go_on_from({.started_s = std::nullopt, .counts = each.past});
    exposed.answer(kAnswers);
    EXPECT_EQ(exposed.text(1, {.cpu_s = 1.5, .memory = 64}), each.text) << each.spec.name;
  }
}

}  // namespace
}  // namespace firedrill::fake_services
