// firedrill slo rules FILE: burn-rate alerts for the SLOs of a file, as a Prometheus rule file.
#include <algorithm>
#include <array>
#include <memory>

#include "base/bounds/activity.h"
#include "base/files/files.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "cli/bounds.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/output_file.h"
#include "incident/slo/slo_rules.h"
#include "incident/slo/slos_yaml.h"

namespace firedrill::cli {
namespace {

constexpr std::array<std::string_view, 2> kStyles{"firedrill", "sloth"};
constexpr double kMostFailures = 1e6;

struct Options {
  Bounds bounds;
  std::string file;
  std::string out;
  bool force = false;
  std::string style = std::string(kStyles.front());
  incident::SloRuleOptions rules;
};

// The sound ones. What is wrong with the file is in `found`.
std::vector<incident::PlacedSlo> read_slos(const std::string& path, Diagnostics& found) {
  const auto source = read_source(path);
  if (!source) {
    found.insert(found.end(), source.error().begin(), source.error().end());
    return {};
  }
  const auto document = yaml::parse_as(incident::kSloForm, *source, yaml::Dialect::strict, found);
  std::vector<incident::PlacedSlo> slos;
  if (document != nullptr) {
    incident::SloFile file = incident::decode_slo_file(*document, {}, found);
    for (incident::SloFile::Entry& entry : file.slos) {
      slos.push_back({std::move(entry.slo), entry.where, std::move(entry.declared)});
    }
  }
  if (!has_errors(found) && slos.empty()) {
    found.push_back({Severity::error, Position{*source, 0, 0}, "the file has no SLOs", "expected them below `slos:`"});
  }
  return slos;
}

int write_rules(Options& options) {
  options.bounds.start();
  const output::NamedFileOptions careful{.force = options.force, .otherwise = kPrintedWithoutOut};
  if (!options.out.empty()) {
    if (const ExitCode code = check_output({options.out, {}}, careful); code != kPassed) return code;
  }
  const Position file = named_file(options.file);
  const Activity activity(file);
  Diagnostics found;
  const std::vector<incident::PlacedSlo> slos = read_slos(options.file, found);
  // Also where the file has errors, so that all of them are told at once.
  const auto text = incident::slo_rules(slos, options.rules, found);
  if (options.bounds.exceeded()) return kBadInput;
  if (!text) found.insert(found.end(), text.error().begin(), text.error().end());
  tidy(found);
  print_diagnostics(found);
  if (has_errors(found)) return kBadInput;
  if (options.out.empty()) {
    print_data(*text);
    return kPassed;
  }
  options.bounds.stop();
  const ExitCode code = write_output({options.out, *text}, careful);
  if (code != kPassed) return code;
  print_out(format("{}\n", printable(options.out)));
  return kPassed;
}

// "0.1,0.25,1" or several texts: rising numbers above 0.
std::string check_bounds(const std::vector<double>& bounds) {
  const bool rising = std::ranges::adjacent_find(bounds, std::greater_equal<>()) == bounds.end();
  return rising && (bounds.empty() || bounds.front() > 0) ? "" : "the bounds must be above 0 and rise";
}

struct RateUnit {
  std::string_view name;
  double seconds;
};
constexpr std::array kRateUnits{RateUnit{"s", 1},    RateUnit{"sec", 1},  RateUnit{"m", 60},
                                RateUnit{"min", 60}, RateUnit{"h", 3600}, RateUnit{"d", 86400}};

// "0.5/s", "20/min", "3/h". What is wrong with it, or nothing.
std::string read_rate(const std::string& text, incident::SloRuleOptions& rules) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto number = parse_float(std::string_view(text).substr(0, slash));
  const std::string_view unit = std::string_view(text).substr(std::min(slash + 1, text.size()));
  const auto row = std::ranges::find(kRateUnits, unit, &RateUnit::name);
  constexpr double kMost = 1e9;
  if (!number || row == kRateUnits.end() || !(*number > 0 && *number <= kMost)) {
    return "expected a rate above 0 such as 0.5/s, 20/min or 3/h, found '" + text + "'";
  }
  rules.rate = *number / row->seconds;
  rules.rate_as_given = text;
  return "";
}

void declare(Arguments arguments) {
  auto options = std::make_shared<Options>();
  incident::SloRuleOptions& rules = options->rules;
  Arguments sub = arguments.command("rules", "write burn-rate alerts for the SLOs, as a Prometheus rule file");
  sub.option("file", options->file, "the SLO file; also one of OpenSLO or Sloth").required().not_empty();
  sub.option("--out", options->out, kOutHelp).not_empty();
  sub.flag("--force", options->force, kForceHelp);
  sub.option("--requests", rules.requests, "selector of the counter of all requests").shows_default();
  sub.option("--errors", rules.errors, "selector of failed requests, or matchers added to --requests").shows_default();
  sub.option("--latency", rules.latency, "selector of a histogram's buckets").shows_default();
  sub.option("--bounds", rules.bounds, "bounds of those buckets in seconds, as 0.1,0.25,1").separated_by(',');
  sub.flag("--nearest-bound", rules.nearest_bound, "let the nearest bucket stand for a latency that has none");
  sub.option("--service-label", rules.service_label, "label that holds an SLO's service; '' for none").shows_default();
  sub.option("--page", rules.page, "severity of the alert on a fast burn").shows_default();
  sub.option("--ticket", rules.ticket, "severity of the alert on a slow burn").shows_default();
  sub.option("--runbooks", rules.runbooks, "address below which the runbooks are").shows_default();
  sub.option("--style", options->style, "whose names the rules have").one_of(kStyles).shows_default();
  sub.option_read_by(
      "--rate", [&rules](const std::string& text) { return read_rate(text, rules); },
      "say how many failures fire an alert at so many requests, as 0.5/s or 20/min");
  sub.option("--min-failures", rules.min_failures, "fire no alert on fewer failures within its long window")
      .between(0, kMostFailures);
  options->bounds.declare(sub);
  sub.runs([options]() -> int {
    if (const std::string wrong = check_bounds(options->rules.bounds); !wrong.empty()) {
      print_err(format("firedrill: error: --bounds: {}\n      = help: as 0.1,0.25,1\n", wrong));
      return kBadInput;
    }
    if (options->style == kStyles[1]) options->rules.style = incident::SloStyle::sloth;
    return write_rules(*options);
  });
}

}  // namespace

Command slo_command() {
  return {.name = "slo", .summary = "write burn-rate alerts for the SLOs of a file", .declare = declare};
}

}  // namespace firedrill::cli
