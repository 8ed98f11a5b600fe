#include "monitor/prometheus/real_programs.h"

#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "base/text/format.h"
#include "monitor/prometheus/api.h"
#include "monitor/prometheus/changing_jobs.h"
#include "monitor/prometheus/history.h"
#include "monitor/prometheus/log_line.h"
#include "monitor/speed/faster_rules.h"
#include "notify/payload/payload.h"

namespace firedrill::monitor {
namespace {

constexpr Duration kPatience = 60s;  // until a program listens
constexpr Duration kGrace = 10s;     // from being asked to end
constexpr double kLook = 0.1;
constexpr Duration kFinestInstant = 2ms;  // what is read of the machine's clock, and rounded once
constexpr Duration kLoading = 4s;         // so long promtool takes, at first sight
constexpr double kSecondsOfSample = 2e-6;
constexpr int kTries = 3;
// So often, and from the first time on so long, it is asked before it counts as one that does not answer.
constexpr int kAskedInVain = 3;
constexpr Duration kSilence = 5s;
constexpr Duration kLoadingPatience = 300s;
// As Prometheus has them by itself.
constexpr Duration kUsualLookback = 5min;
constexpr Duration kResendDelay = 1min;
constexpr std::string_view kSilent = "it says nothing";
constexpr std::string_view kNothingLeft = "nothing is left running";
constexpr std::array<std::string_view, 2> kNames{"Prometheus", "Alertmanager"};  // in the order of Asked
constexpr std::string_view kPrometheusUrl = "http://localhost:9090";

ProgramFailure interruption() {
  return {.what = "interrupted", .interrupted = true};
}

std::string argument(std::string_view name, std::string_view value) {
  return format("--{}={}", name, value);
}

std::string in_ms(Duration duration) {
  return format("{}ms", duration.count());
}

// Those that are not as Alertmanager has them by itself.
void add_flags(const notify::Flags& flags, const RunTimes& times, std::vector<std::string>& arguments) {
  const notify::Flags usual{};
  const auto add = [&](std::string_view name, Duration value, Duration by_itself) {
    if (value != by_itself) arguments.push_back(argument(name, in_ms(times.on_wall(value))));
  };
  add("dispatch.start-delay", flags.dispatch_start_delay, usual.dispatch_start_delay);
  add("dispatch.maintenance-interval", flags.dispatch_maintenance_interval, usual.dispatch_maintenance_interval);
  add("data.maintenance-interval", flags.data_maintenance_interval, usual.data_maintenance_interval);
  add("data.retention", flags.data_retention, usual.data_retention);
  add("alerts.gc-interval", flags.alerts_gc_interval, usual.alerts_gc_interval);
}

// The code is that of Program::ended.
std::string how_it_ended(std::string_view called, int code) {
  constexpr int kBySignal = 128;
  if (code <= kBySignal) return format("{} has ended with exit code {}", called, code);
  return format("{} was ended by signal {} ({})", called, code - kBySignal, ::strsignal(code - kBySignal));
}

// "127.0.0.1:37025"
std::optional<std::uint16_t> port_in(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
  if (error != std::errc() || end != address.data() + address.size() || port == 0) return std::nullopt;
  return port;
}

}  // namespace

RealPrograms::RealPrograms(const scenario::LoadedScenario& scenario, Options options)
    : scenario_(scenario),
      options_(std::move(options)),
      changing_(changing_jobs(scenario)),
      processes_(options_.processes()) {}

RealPrograms::~RealPrograms() {
  stop();
  prometheus_.reset();
  alertmanager_.reset();
  endpoints_.reset();
  std::error_code error;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, error);
}

std::expected<std::unique_ptr<RealPrograms>, ProgramFailure> RealPrograms::start(
    const scenario::LoadedScenario& scenario, Options options) {
  std::unique_ptr<RealPrograms> programs(new RealPrograms(scenario, std::move(options)));
  if (auto failed = programs->come_up()) return std::unexpected(*failed);
  return programs;
}

std::optional<std::string> RealPrograms::alertmanager_version() const {
  if (!options_.alertmanager) return std::nullopt;
  return options_.alertmanager->version;
}

std::optional<ProgramFailure> RealPrograms::come_up() {
  if (auto failed = make_folder()) return failed;
  const notify::Configuration* configuration =
      scenario_.alertmanager ? scenario_.alertmanager->configuration.get() : nullptr;
  auto endpoints = RecordingEndpoints::start(configuration);
  if (!endpoints) return ProgramFailure{format("where receivers are recorded: {}", endpoints.error())};
  endpoints_ = *std::move(endpoints);
  if (options_.alertmanager) {
    if (auto failed = start_alertmanager()) return failed;
  }
  for (int i = 0; i < kTries; ++i) {
    if (i > 0) begin_anew();
    if (auto failed = settle_begin()) return failed;
    if (auto failed = start_prometheus()) return failed;
    if (auto failed = wait_for_scrapes()) return failed;
    if (!begins_ || WallClock().now() <= *begins_) break;
  }
  return wait_for_begin();
}

// When the run is to begin, where that has to be known before Prometheus starts.
std::optional<ProgramFailure> RealPrograms::settle_begin() {
  if (options_.before != nullptr) {
    if (auto failed = load_before()) return failed;
    if (options_.settled) options_.settled(*begins_);
  } else if (reads_clock()) {
    begins_ = WallClock().now() + start_up_ + before_run().on_wall(scenario_.scenario.prometheus.scrape_interval);
  }
  return std::nullopt;
}

// It was there too late for the instant at which the run was to begin, and is given more time. A file that is written
// again while it runs is read by a reload, which has Prometheus 2 forget its Alertmanagers, and send no alert, until it
// has found them again.
void RealPrograms::begin_anew() {
  options_.say("Prometheus was not there when the run was to begin, and is started anew for a later time");
  prometheus_->stop(kGrace);
  prometheus_.reset();
  endpoints_->forget_alerts();
  std::error_code error;
  std::filesystem::remove_all(folder_ + "/prometheus", error);
  begins_.reset();
  start_up_ *= 2;
}

// For this user alone.
std::optional<ProgramFailure> RealPrograms::make_folder() {
  std::error_code error;
  const auto place = std::filesystem::temp_directory_path(error);
  std::string name = ((error ? std::filesystem::path("/tmp") : place) / "firedrill-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    return ProgramFailure{
        format("no folder for Prometheus's files, {}: {}", name, std::generic_category().message(errno)),
        "free some disk, or name another folder in TMPDIR"};
  }
  folder_ = std::move(name);
  if (options_.folder_made) options_.folder_made(folder_);
  return std::nullopt;
}

std::optional<ProgramFailure> RealPrograms::write(const NamedFile& file) const {
  const auto path = std::filesystem::path(folder_) / file.name;
  std::ofstream out(path, std::ios::binary);
  out << file.text;
  out.close();
  if (out.good()) return std::nullopt;
  return ProgramFailure{format("{} cannot be written", path.string()),
                        "free some disk, or name another folder in TMPDIR"};
}

// Prometheus reads them as soon as they change: each takes the place of the one before as a whole.
std::optional<ProgramFailure> RealPrograms::write_targets() const {
  for (const NamedFile& file : target_files_for(changing_, processes_)) {
    const NamedFile next{file.name + ".next", file.text};
    if (auto failed = write(next)) return failed;
    const auto folder = std::filesystem::path(folder_);
    std::error_code error;
    std::filesystem::rename(folder / next.name, folder / file.name, error);
    if (!error) continue;
    return ProgramFailure{format("{} cannot be written: {}", (folder / file.name).string(), error.message()),
                          "free some disk, or name another folder in TMPDIR"};
  }
  return std::nullopt;
}

void RealPrograms::follow_processes() {
  if (changing_.empty()) return;
  std::vector<ScrapedProcess> now = options_.processes();
  if (now == processes_) return;
  processes_ = std::move(now);
  if (const auto failed = write_targets()) silences_.front().failure = failed->what;
}

std::optional<ProgramFailure> RealPrograms::start_alertmanager() {
  const scenario::AlertmanagerSettings& settings = *scenario_.alertmanager;
  const RunTimes times = before_run();
  const NamedFile configuration{"alertmanager.yml", alertmanager_file(settings, redirections(*settings.configuration),
                                                                      endpoints_->received_at(), times)};
  if (auto failed = write(configuration)) return failed;
  for (const NamedFile& file : template_files_for(settings)) {
    if (auto failed = write(file)) return failed;
  }
  const std::string_view url = settings.external_url.empty() ? notify::kExternalUrl : settings.external_url;
  std::vector<std::string> arguments{argument("config.file", folder_ + "/alertmanager.yml"),
                                     argument("storage.path", folder_ + "/alertmanager"),
                                     argument("web.listen-address", "127.0.0.1:0"),
                                     argument("cluster.listen-address", ""),
                                     argument("web.external-url", url),
                                     argument("web.route-prefix", "/")};
  add_flags(settings.flags, times, arguments);
  return start_program("Alertmanager", options_.alertmanager->file, arguments, alertmanager_, alertmanager_port_);
}

std::optional<ProgramFailure> RealPrograms::start_prometheus() {
  const std::vector<PostedTo> posted_to{endpoints_->alerts()};
  const RunTimes times = before_run();
  for (const NamedFile& file : rule_files_for(scenario_, times)) {
    if (auto failed = write(file)) return failed;
  }
  if (auto failed = write_targets()) return failed;
  const NamedFile configuration{"prometheus.yml", prometheus_file(scenario_, processes_, posted_to, times)};
  if (auto failed = write(configuration)) return failed;
  const std::string& given = scenario_.scenario.prometheus.external_url;
  std::vector<std::string> arguments{
      argument("config.file", folder_ + "/prometheus.yml"), argument("storage.tsdb.path", folder_ + "/prometheus"),
      argument("web.listen-address", "127.0.0.1:0"),
      argument("web.external-url", given.empty() ? kPrometheusUrl : std::string_view(given)),
      argument("web.route-prefix", "/")};
  if (options_.before != nullptr) {
    // What an alert has waited counts, however short its `for` is; no block is too old.
    arguments.push_back(argument("rules.alert.for-grace-period", "0s"));
    arguments.push_back(argument("storage.tsdb.retention.time", "1y"));
  }
  if (times.speed != 1) {
    arguments.push_back(argument("query.lookback-delta", in_ms(times.on_wall(kUsualLookback))));
    arguments.push_back(argument("rules.alert.resend-delay", in_ms(times.on_wall(kResendDelay))));
  }
  return start_program("Prometheus", options_.prometheus.file, arguments, prometheus_, prometheus_port_);
}

std::optional<ProgramFailure> RealPrograms::start_program(std::string_view called, const std::string& file,
                                                          const std::vector<std::string>& arguments,
                                                          std::unique_ptr<Program>& program, std::uint16_t& port) {
  auto started = Program::start(file, arguments, options_.watch);
  if (!started) return ProgramFailure{format("{}: {}", called, started.error()), std::string(kNothingLeft)};
  program = *std::move(started);
  const auto listens = [](std::string_view line) {
    return logged(line, "msg") == "Listening on" && port_in(logged(line, "address")).has_value();
  };
  const auto line = program->wait_for_line(listens, kPatience, options_.is_interrupted);
  if (line) {
    port = *port_in(logged(*line, "address"));
    return std::nullopt;
  }
  if (options_.is_interrupted()) return interruption();
  // Its end comes a moment after that of what it prints.
  if (const auto code = program->wait_for_end(1s)) {
    return ProgramFailure{format("{}: {}", how_it_ended(called, *code), last_words(*program)),
                          "mend what it refuses in the scenario's files, or give another version of it; nothing is "
                          "left running"};
  }
  return ProgramFailure{format("{} does not listen: {}", called, last_words(*program)), std::string(kNothingLeft)};
}

// When the run will begin is not known yet.
RunTimes RealPrograms::before_run() const {
  return {scenario_.scenario.start, begins_.value_or(WallClock().now()), options_.speed};
}

// It ends where the run begins, and that has to be known while it is loaded: so much later as promtool and Prometheus
// take. Where they have taken longer it is done again. Of what is scraped before Prometheus keeps nothing: it takes no
// samples that are older than its blocks.
std::optional<ProgramFailure> RealPrograms::load_before() {
  Duration ahead =
      start_up_ + kLoading + from_seconds(kSecondsOfSample * static_cast<double>(options_.before->samples_appended()));
  for (int i = 0; i < kTries; ++i) {
    const Time from = WallClock().now();
    begins_ = from + ahead;
    if (auto failed = make_blocks()) return failed;
    const Time now = WallClock().now();
    if (*begins_ - now >= start_up_) return std::nullopt;
    ahead = start_up_ + 2 * (now - from);
  }
  return std::nullopt;
}

std::optional<ProgramFailure> RealPrograms::make_blocks() const {
  const std::string text = folder_ + "/before.om";
  const std::string data = folder_ + "/prometheus";
  std::error_code error;
  std::filesystem::remove_all(data, error);
  std::ofstream out(text, std::ios::binary);
  write_history(*options_.before, before_run(), scales_in(scenario_), out);
  out.close();
  if (!out.good()) {
    return ProgramFailure{format("{} cannot be written", text), "free some disk, or name another folder in TMPDIR"};
  }
  // Of blocks of two hours each would be read from the whole text.
  auto promtool =
      Program::start(options_.promtool->file,
                     {"tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=768h", text, data},
                     options_.watch);
  if (!promtool) return ProgramFailure{format("promtool: {}", promtool.error()), std::string(kNothingLeft)};
  const double until = stopwatch_seconds() + to_seconds(kLoadingPatience);
  while (!(*promtool)->ended() && stopwatch_seconds() < until) {
    if (options_.is_interrupted()) return interruption();
    sleep_seconds(kLook / 4);
  }
  const auto code = (*promtool)->wait_for_end(Duration(0));
  std::filesystem::remove(text, error);
  if (code == 0) return std::nullopt;
  return ProgramFailure{format("promtool makes no blocks of what is before the run: {}",
                               code ? last_words(**promtool) : "it does not come to an end"),
                        std::string(kNothingLeft)};
}

// Where Prometheus has taken longer to come up, the run begins when it can, and no longer when it was to.
std::optional<ProgramFailure> RealPrograms::wait_for_begin() {
  if (!begins_) return std::nullopt;
  if (WallClock().now() > *begins_) {
    begins_.reset();
    return std::nullopt;
  }
  for (Time now = WallClock().now(); now < *begins_; now = WallClock().now()) {
    if (options_.is_interrupted()) return interruption();
    sleep_seconds(std::min(kLook, to_seconds(*begins_ - now)));
  }
  return std::nullopt;
}

bool RealPrograms::reads_clock() const {
  if (options_.speed == 1) return false;
  const auto rules = faster_rules(scenario_, before_run(), Evaluator::prometheus);
  return std::ranges::any_of(rules, &FasterRule::reads_clock);
}

void RealPrograms::begin(const RunTimes& times) {
  if (alertmanager_ != nullptr) endpoints_->open(alertmanager_port_);
  const bool settled =
      begins_ && std::chrono::abs(times.on_wall(scenario_.scenario.start) - *begins_) <= kFinestInstant;
  if (settled || !reads_clock()) return;
  for (const NamedFile& file : rule_files_for(scenario_, times)) {
    if (const auto failed = write(file)) silences_.front().failure = failed->what;
  }
  prometheus_->reload();
}

// Each process at least once; Prometheus takes some seconds to find them.
std::optional<ProgramFailure> RealPrograms::wait_for_scrapes() {
  if (processes_.empty()) return std::nullopt;
  const double from = stopwatch_seconds();
  const Duration interval = before_run().on_wall(scenario_.scenario.prometheus.scrape_interval);
  const double until = from + to_seconds(interval + kPatience);
  PrometheusApi api(prometheus_port_);
  while (true) {
    if (options_.is_interrupted()) return interruption();
    if (auto why = failure()) return ProgramFailure{*why, std::string(kNothingLeft)};
    const auto targets = api.targets();
    if (targets && targets->listed >= processes_.size() && targets->scraped == targets->listed) break;
    if (stopwatch_seconds() > until) {
      return ProgramFailure{
          targets ? format("Prometheus has scraped {} of {} processes", targets->scraped, processes_.size())
                  : format("Prometheus does not say what it scrapes: {}", targets.error()),
          std::string(kNothingLeft)};
    }
    sleep_seconds(kLook);
  }
  std::string what = format("Prometheus {} at 127.0.0.1:{} scrapes {} processes", options_.prometheus.version,
                            prometheus_port_, processes_.size());
  if (options_.alertmanager) {
    what += format(", Alertmanager {} at 127.0.0.1:{}", options_.alertmanager->version, alertmanager_port_);
  }
  options_.say(what);
  return std::nullopt;
}

// One whose expression held once more, in the seconds for which Prometheus is up before the run, is kept by it as well.
std::vector<record::LostAtStart> RealPrograms::not_taken_up(std::vector<record::LostAtStart> kept) const {
  if (kept.empty()) return kept;
  PrometheusApi api(prometheus_port_);
  const auto groups = api.rules();
  if (!groups) return kept;
  std::erase_if(kept, [&](const record::LostAtStart& each) {
    model::Labels labels = each.labels;
    labels.set(model::kAlertName, each.alert);
    return std::ranges::any_of(*groups, [&](const ServedGroup& group) {
      return std::ranges::any_of(group.rules, [&](const ServedRule& rule) {
        return std::ranges::any_of(rule.alerts,
                                   [&](const ServedAlert& alert) { return alert.firing && alert.labels == labels; });
      });
    });
  });
  return kept;
}

// What it says of errors; of none the last that it says, if that is not of its everyday business. The run's folder is
// nobody's business.
std::string RealPrograms::last_words(const Program& program) const {
  std::string said;
  const std::vector<std::string> lines = program.lines();
  for (const std::string& line : lines) {
    if (!is_error(line)) continue;
    const std::string error = logged(line, "err");
    if (!said.empty()) said += "; ";
    said += logged(line, "msg") + (error.empty() ? "" : ": " + error);
  }
  if (said.empty() && !lines.empty() && !is_everyday(lines.back())) said = lines.back();
  for (std::size_t at = said.find(folder_ + "/"); at != std::string::npos; at = said.find(folder_ + "/")) {
    said.erase(at, folder_.size() + 1);
  }
  return said.empty() ? std::string(kSilent) : said;
}

std::optional<events::Event> RealPrograms::note_answer(Asked asked, Time now, const std::optional<std::string>& why) {
  const auto index = static_cast<std::size_t>(asked);
  Silence& silence = silences_[index];
  events::Event event{.t = now, .kind = events::EventKind::note, .subject = std::string(kNames[index]), .fields = {}};
  if (!why) {
    silence.seen = now;
    if (std::exchange(silence.asked, 0) == 0) return std::nullopt;
    return event.with("text", "it answers again");
  }
  const double at = stopwatch_seconds();
  const bool first = silence.asked++ == 0;
  if (first) silence.since = at;
  if (silence.asked >= kAskedInVain && at - silence.since >= to_seconds(kSilence)) note_failure(asked, *why);
  if (!first) return std::nullopt;
  return event.with("text", format("it does not answer ({}); each time that it is asked in vain everything else "
                                   "waits, and {} times in a row end the run",
                                   *why, kAskedInVain));
}

void RealPrograms::note_failure(Asked asked, const std::string& why) {
  const auto index = static_cast<std::size_t>(asked);
  std::string& failure = silences_[index].failure;
  if (failure.empty()) failure = format("{} does not answer: {}", kNames[index], why);
}

// Of one that was killed what it last said of its usual business is no cause.
std::optional<std::string> RealPrograms::failure_of(Asked asked) const {
  const auto index = static_cast<std::size_t>(asked);
  Program* program = asked == Asked::prometheus ? prometheus_.get() : alertmanager_.get();
  const auto code = program == nullptr ? std::nullopt : program->ended();
  if (code) {
    const std::string words = last_words(*program);
    return how_it_ended(kNames[index], *code) + (words == kSilent ? "" : ": " + words);
  }
  const std::string& failure = silences_[index].failure;
  return failure.empty() ? std::nullopt : std::optional(failure);
}

std::optional<std::string> RealPrograms::failure() const {
  const auto why = failure_of(Asked::prometheus);
  return why ? why : failure_of(Asked::alertmanager);
}

std::optional<record::Unseen> RealPrograms::unseen() const {
  for (const Asked asked : {Asked::prometheus, Asked::alertmanager}) {
    const auto why = failure_of(asked);
    if (!why) continue;
    const auto index = static_cast<std::size_t>(asked);
    return record::Unseen{.program = std::string(kNames[index]),
                          .from = silences_[index].seen,
                          .why = *why,
                          .series_lost = asked == Asked::prometheus};
  }
  return std::nullopt;
}

// Who does not answer does not hear that it is to end either.
void RealPrograms::stop() {
  const auto grace = [this](Asked asked) { return failure_of(asked) ? Duration(0) : kGrace; };
  if (prometheus_ != nullptr) prometheus_->stop(grace(Asked::prometheus));
  if (alertmanager_ != nullptr) alertmanager_->stop(grace(Asked::alertmanager));
}

}  // namespace firedrill::monitor
