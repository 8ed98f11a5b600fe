// firedrill slo rules FILE: burn-rate alerts for the SLOs of a file, as a Prometheus rule file.
#include <algorithm>
#include <memory>

#include "base/bounds/activity.h"
#include "base/files/files.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "cli/bounds.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/output_file.h"
#include "incident/slo/slo_rules.h"
#include "incident/slo/slos_yaml.h"

namespace firedrill::cli {
namespace {

struct Options {
  Bounds bounds;
  std::string file;
  std::string out;
  bool force = false;
  incident::SloRuleOptions rules;
};

Result<std::vector<incident::PlacedSlo>> read_slos(const std::string& path, Diagnostics& found) {
  const auto source = read_source(path);
  if (!source) return failure(source.error());
  const auto document = yaml::parse_as(incident::kSloForm, *source, yaml::Dialect::strict, found);
  std::vector<incident::PlacedSlo> slos;
  if (document != nullptr) {
    incident::SloFile file = incident::decode_slo_file(*document, {}, found);
    for (incident::SloFile::Entry& entry : file.slos) slos.push_back({std::move(entry.slo), entry.where});
  }
  if (!has_errors(found) && slos.empty()) {
    found.push_back({Severity::error, Position{*source, 0, 0}, "the file has no SLOs", "expected them below `slos:`"});
  }
  if (has_errors(found)) return failure(found);
  return slos;
}

int write_rules(Options& options) {
  options.bounds.start();
  const Position file = named_file(options.file);
  const Activity activity(file);
  Diagnostics found;
  const auto slos = read_slos(options.file, found);
  auto text = slos ? incident::slo_rules(*slos, options.rules, found) : failure(slos.error());
  if (options.bounds.exceeded()) return kBadInput;
  if (!text) found.insert(found.end(), text.error().begin(), text.error().end());
  tidy(found);
  print_diagnostics(found);
  if (!text) return kBadInput;
  if (options.out.empty()) {
    print_data(*text);
    return kPassed;
  }
  options.bounds.stop();
  const ExitCode code = write_output({options.out, *text}, {.force = options.force, .otherwise = kPrintedWithoutOut});
  if (code != kPassed) return code;
  print_out(format("{}\n", printable(options.out)));
  return kPassed;
}

// "0.1,0.25,1" or several texts: rising numbers above 0.
std::string check_bounds(const std::vector<double>& bounds) {
  const bool rising = std::ranges::adjacent_find(bounds, std::greater_equal<>()) == bounds.end();
  return rising && (bounds.empty() || bounds.front() > 0) ? "" : "the bounds must be above 0 and rise";
}

}  // namespace

void declare_slo(Arguments arguments) {
  auto options = std::make_shared<Options>();
  incident::SloRuleOptions& rules = options->rules;
  Arguments sub = arguments.command("rules", "write burn-rate alerts for the SLOs, as a Prometheus rule file");
  sub.option("file", options->file, "the SLO file").required().not_empty();
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
  options->bounds.declare(sub);
  sub.runs([options]() -> int {
    if (const std::string wrong = check_bounds(options->rules.bounds); !wrong.empty()) {
      print_err(format("firedrill: error: --bounds: {}\n      = help: as 0.1,0.25,1\n", wrong));
      return kBadInput;
    }
    return write_rules(*options);
  });
}

}  // namespace firedrill::cli
