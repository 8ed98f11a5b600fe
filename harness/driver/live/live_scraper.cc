#include "driver/live/live_scraper.h"

#include <algorithm>
#include <system_error>
#include <tuple>
#include <utility>

#include "base/clock.h"
#include "base/text/format.h"
#include "base/version.h"
#include "http/client.h"
#include "monitor/scrape/series_text.h"

namespace firedrill::driver::live {
namespace {

using fake_services::ScrapeConditions;
using fake_services::Target;

constexpr Duration kLook = std::chrono::milliseconds(10);
constexpr std::size_t kMostSeries = 100'000;  // of a target: it is broken, or means ill
constexpr int kOk = 200;
// Of a reason: it may quote what the target answers.
constexpr std::size_t kLongestReason = 300;

http::Request request_of(std::string path, Duration timeout) {
  return {.path = std::move(path),
          .headers = {{"Accept", std::string(monitor::kAccepted)},
                      {"User-Agent", format("firedrill/{}", kVersion)},
                      {"X-Prometheus-Scrape-Timeout-Seconds", format("{}", to_seconds(timeout))}}};
}

}  // namespace

LiveScraper::LiveScraper(std::vector<Target> targets, Options options)
    : targets_(std::move(targets)),
      options_(std::move(options)),
      known_(targets_.size()),
      listed_(targets_.size(), true),
      exposed_(targets_.size()),
      forged_(targets_.size()),
      made_(targets_.size()),
      made_up_(targets_.size()),
      tallies_(targets_.size()),
      disturbed_(targets_.size()),
      workers_(targets_.size()) {
  for (const Target& target : targets_) programs_.push_back(options_.is_program(target));
}

LiveScraper::~LiveScraper() {
  {
    const std::scoped_lock lock(mutex_);
    over_ = true;
  }
  wanted_.notify_all();
  for (Worker& worker : workers_) {
    if (worker.thread.joinable()) worker.thread.join();
  }
}

void LiveScraper::forge(std::size_t target, std::vector<const fake_services::ForgedMetric*> metrics) {
  forged_[target] = std::move(metrics);
}

void LiveScraper::make_up(std::size_t target, std::vector<fake_services::OwnMetric> metrics,
                          std::function<std::span<const fake_services::FaultSpan>()> faults) {
  for (const fake_services::OwnMetric& metric : metrics) {
    targets_[target].series.insert(targets_[target].series.end(), metric.series().begin(), metric.series().end());
  }
  made_up_[target] = {std::move(metrics), std::move(faults)};
}

void LiveScraper::set_conditions(std::size_t target, const ScrapeConditions& conditions) {
  auto& disturbed = disturbed_[target];
  if (disturbed == nullptr) {
    if (conditions == ScrapeConditions{}) return;
    disturbed = std::make_unique<fake_services::DisturbedScrapes>(options_.seed, targets_[target].instance);
  }
  if (!disturbed->set(conditions, options_.now())) return;
  const auto& series = targets_[target].series;
  exposed_[target].resize(series.size(), fake_services::absent());
  disturbed->begin_anew(series, exposed_[target]);
}

void LiveScraper::restarted(std::size_t target) {
  tallies_[target].restarted = true;
  if (disturbed_[target] != nullptr) disturbed_[target]->restart(options_.now());
}

void LiveScraper::begin(std::size_t target, Duration timeout) {
  ++under_way_;
  made_up_[target].asked = options_.now();
  fake_services::DisturbedScrapes* disturbed = disturbed_[target].get();
  const bool discovered = listed_[target] && (disturbed == nullptr || disturbed->discovered());
  const double delay_s = disturbed == nullptr ? 0 : disturbed->delay_s();
  const std::uint16_t port = options_.port(targets_[target]);
  const std::scoped_lock lock(mutex_);
  Worker& worker = workers_[target];
  if (!discovered) {
    done_.push_back({.target = target, .discovered = false});
    return;
  }
  // Shorter as the interval is in which it has to be over.
  worker.timeout = from_seconds(to_seconds(timeout) / options_.speed);
  worker.delay_s = std::min(delay_s / options_.speed, to_seconds(worker.timeout) + to_seconds(kLook));
  worker.port = port;
  worker.wanted = true;
  if (!worker.thread.joinable()) {
    try {
      worker.thread = std::thread([this, target] { work(target); });
    } catch (const std::system_error& error) {
      worker.wanted = false;
      // Of the target nothing is known: who takes it for down is told that the fault is ours.
      failure_ = format("no thread to scrape {} with: {}", targets_[target].instance, error.what());
      done_.push_back({.target = target, .problem = *failure_});
    }
  }
  wanted_.notify_all();
}

void LiveScraper::work(std::size_t target) {
  std::unique_lock lock(mutex_);
  Worker& worker = workers_[target];
  while (true) {
    wanted_.wait(lock, [&] { return over_ || worker.wanted; });
    if (over_) return;
    worker.wanted = false;
    const auto [timeout, delay_s, port] = std::tuple(worker.timeout, worker.delay_s, worker.port);
    lock.unlock();
    Answer answer = fetch(target, port, timeout, delay_s);
    lock.lock();
    done_.push_back(std::move(answer));
  }
}

LiveScraper::Answer LiveScraper::fetch(std::size_t target, std::uint16_t port, Duration timeout, double delay_s) const {
  Answer out{.target = target};
  const double from = stopwatch_seconds();
  sleep_seconds(delay_s);
  const auto answer = http::fetch(port, request_of(targets_[target].metrics_path, timeout),
                                  {.connect = timeout, .answer = timeout, .gzip = true});
  out.seconds = stopwatch_seconds() - from;
  if (!answer) {
    out.refused = answer.error().failure == http::Failure::refused || answer.error().failure == http::Failure::reset;
    out.problem = answer.error().detail;
    return out;
  }
  const std::string* type = http::find_header(answer->headers, "Content-Type");
  const auto readable = monitor::format_of(type, options_.version);
  if (answer->status != kOk) {
    out.problem = format("it was answered {}", answer->status);
  } else if (!readable) {
    out.problem = format("its Content-Type is '{}'", type == nullptr ? "" : *type);
  } else {
    out.text = answer->body;
    out.format = *readable;
  }
  return out;
}

std::optional<monitor::SlowScrapes::Done> LiveScraper::take_done() {
  Answer answer;
  {
    const std::scoped_lock lock(mutex_);
    if (done_.empty()) return std::nullopt;
    answer = std::move(done_.front());
    done_.pop_front();
  }
  --under_way_;
  Done done{.target = answer.target, .result = {}, .values = {}};
  done.result.discovered = answer.discovered;
  done.result.duration_s = answer.seconds;
  fake_services::DisturbedScrapes* disturbed = disturbed_[answer.target].get();
  if (disturbed != nullptr) done.result.disturbed = &disturbed->conditions();
  if (!answer.discovered) return done;
  fake_services::ScrapeTally& tally = tallies_[answer.target];
  tally.made += 1;
  tally.seconds += answer.seconds;
  tally.last = options_.now();
  const std::string problem = answer.problem.empty() ? read_into(answer, done.values) : answer.problem;
  done.result.up = problem.empty();
  if (!done.result.up) {
    tell_failure(answer.target, problem);
    done.values.clear();
    tally.failed += 1;
    tally.fail(answer.refused);
    return done;
  }
  done.result.samples = static_cast<std::size_t>(
      std::ranges::count_if(done.values, [](double value) { return !fake_services::is_absent(value); }));
  tally.samples += static_cast<double>(done.result.samples);
  tally.fresh = std::exchange(tally.restarted, false);
  exposed_[answer.target] = done.values;
  if (disturbed != nullptr) {
    fake_services::ScrapeOutcome named;
    const auto& made = made_[answer.target];
    named.named = disturbed->spoil(targets_[answer.target].series,
                                   made ? std::span(made->made) : std::span<const fake_services::MadeSeries>(),
                                   done.values, tally.last, tally.forged);
    tally.add(named);
  }
  return done;
}

// What processes count they count in the time of requests; at the same rates, so much more would be counted in the
// run's. Then a rate is what it is, and a count over a window what it would be; what restarts the process counts anew.
double LiveScraper::in_run(std::size_t target, const monitor::ExposedSample& sample) const {
  using fake_services::MetricScale;
  const std::string_view name = sample.series.substr(0, sample.series.find_first_of("{ \t"));
  if (programs_[target] && sample.value > 0 && fake_services::tells_instant(name, sample.type)) {
    return to_seconds(options_.in_run(Time(from_seconds(sample.value))));
  }
  const auto known = options_.scales.find(name);
  const bool of_incident = known == MetricScale::incident || known == MetricScale::backlog;
  const MetricScale own = fake_services::scale_by_type(name, sample.type);
  const MetricScale scale = programs_[target] && !of_incident ? own : known.value_or(own);
  return sample.value * (scale == MetricScale::request_count ? options_.speed : 1);
}

void LiveScraper::tell_failure(std::size_t target, const std::string& why) {
  const std::string said = why.substr(0, kLongestReason);
  if (told_.note(targets_[target].labels.to_string(), said)) options_.failed(targets_[target], said);
}

// A value for each series that the target ever had; absent are those that are not in the text. Gives why it cannot be
// read; empty: it is.
std::string LiveScraper::read_into(const Answer& answer, std::vector<double>& values) {
  const std::size_t target = answer.target;
  const auto samples = monitor::read_samples(answer.text, answer.format);
  if (!samples) return samples.error();
  const std::string crowded = format("it has more than {} series", kMostSeries);
  if (samples->size() > kMostSeries) return crowded;
  values.assign(targets_[target].series.size(), fake_services::absent());
  for (const monitor::ExposedSample& sample : *samples) {
    const std::size_t at = series_of(target, sample.series, sample.type);
    if (at >= kMostSeries) return crowded;
    if (at >= values.size()) values.resize(at + 1, fake_services::absent());
    // Of one that stands there twice the first counts.
    if (fake_services::is_absent(values[at])) values[at] = in_run(target, sample);
  }
  show_made_up(target, values);
  if (!forged_[target].empty()) show_forged(target, values);
  return {};
}

// They stand at the instant of the sample.
void LiveScraper::show_made_up(std::size_t target, std::vector<double>& values) {
  MadeUp& made_up = made_up_[target];
  std::size_t at = 0;
  for (fake_services::OwnMetric& metric : made_up.metrics) {
    metric.write({.t = made_up.asked}, {}, made_up.faults(), values.data() + at);
    at += metric.series().size();
  }
}

void LiveScraper::show_forged(std::size_t target, std::vector<double>& values) {
  auto& made = made_[target];
  if (!made) made = fake_services::make_series(forged_[target], targets_[target]);
  values.resize(targets_[target].series.size(), fake_services::absent());
  for (std::size_t i = 0; i < made->are.size(); ++i) {
    double& value = values[made->first + i];
    if (fake_services::is_absent(value) && made->are[i]) value = *made->are[i];
  }
}

// The target's own labels win; what the process says besides under such a name is kept under another
// (scrape/scrape.go, mutateSampleLabels).
std::size_t LiveScraper::series_of(std::size_t target, std::string_view series, model::MetricType type) {
  auto& known = known_[target];
  if (const auto found = known.find(series); found != known.end()) return found->second;
  Target& info = targets_[target];
  model::Labels labels = info.labels;
  for (const model::Label& label : monitor::labels_of(series)) {
    std::string name(label.name);
    while (labels.has(name)) name = "exported_" + name;
    labels.set(name, label.value);
  }
  // One that was made may turn out to be the process's own.
  const auto& made = made_[target];
  for (std::size_t at = made ? made->first : 0; made && at < made->first + made->are.size(); ++at) {
    if (info.series[at].labels != labels) continue;
    known.emplace(series, at);
    return at;
  }
  info.series.push_back({std::move(labels), type});
  known.emplace(series, info.series.size() - 1);
  return info.series.size() - 1;
}

Time LiveScraper::next_look() const {
  return under_way_ == 0 ? Time::max() : options_.now() + from_seconds(to_seconds(kLook) * options_.speed);
}

}  // namespace firedrill::driver::live
