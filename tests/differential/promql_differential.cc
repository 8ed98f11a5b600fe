// Random expressions over random series, evaluated by the engine and by promtool, and compared value by value.
//
//   promql_differential [--seeds A..B] [--cases N] [--version 2|3] [--shrink K] [--table]
//
// Each seed gives N expressions. Disagreements are shrunk (at most K of them) and printed as promqltest scripts.
// Exit code 0: none; 1: some; 2: bad arguments; 77: promtool is not installed (1 with FIREDRILL_REQUIRE_ORACLES=1).
#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "base/text/format.h"
#include "base/text/numbers.h"
#include "compare.h"
#include "oracle.h"
#include "promql/functions/functions.h"
#include "random_expression.h"
#include "random_series.h"
#include "shrink.h"

namespace firedrill::differential {
namespace {

constexpr int kSkipped = 77;
constexpr std::size_t kCasesInGroup = 40;
// Non-empty comparisons of a feature that tell something.
constexpr int kEnough = 100;

// What the engine was evaluating when it crashed.
std::string current;
extern "C" void on_crash(int signal) {
  (void)!write(2, current.data(), current.size());
  (void)!write(2, "\n", 1);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void say(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

struct Arguments {
  std::uint64_t first = 1;
  std::uint64_t last = 10;
  std::size_t cases = 400;
  std::size_t shrink = 12;
  bool table = false;
  promql::Version version = promql::Version::v3_5;
};

std::optional<Arguments> read_arguments(int argc, char** argv) {
  Arguments result;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--table") {
      result.table = true;
      continue;
    }
    if (i + 1 == argc) return std::nullopt;
    const std::string value = argv[++i];
    const auto number = [](const std::string& text) { return static_cast<std::uint64_t>(parse_int(text).value_or(0)); };
    if (const std::size_t dots = value.find(".."); name == "--seeds" && dots != std::string::npos) {
      result.first = number(value.substr(0, dots));
      result.last = number(value.substr(dots + 2));
    } else if (name == "--cases") {
      result.cases = number(value);
    } else if (name == "--shrink") {
      result.shrink = number(value);
    } else if (name == "--version" && (value == "2" || value == "3")) {
      result.version = value == "2" ? promql::Version::v2 : promql::Version::v3_5;
    } else {
      return std::nullopt;
    }
  }
  return result;
}

// How often each feature was part of a comparison.
struct Tally {
  struct Row {
    int compared = 0;
    int non_empty = 0;
    int refused = 0;
    int different = 0;
  };
  std::map<std::string, Row> rows;
  Row all;
  int exact = 0;
  int excluded = 0;
  int unstable = 0;
  std::map<std::string, int> wording;  // errors that both report, in different words

  void add(const Node& expression, const Answer& promtool, Agreement agreement, const Answer& own) {
    if (agreement == Agreement::excluded) {
      ++excluded;
      return;
    }
    if (agreement == Agreement::exact) ++exact;
    if (agreement == Agreement::refused && *promtool.error != *own.error)
      ++wording[format("{}\n      {}", *promtool.error, *own.error)];
    const auto count = [&](Row& row) {
      ++row.compared;
      row.non_empty += !promtool.samples.empty();
      row.refused += agreement == Agreement::refused;
      row.different += agreement == Agreement::different;
    };
    count(all);
    for (const std::string& feature : features(expression)) count(rows[feature]);
  }

  static std::string line(const std::string& name, const Row& row) {
    return format("{:<30} {:>8} {:>10} {:>6.1f} % {:>8} {:>6}\n", name, row.compared, row.non_empty,
                  100.0 * row.non_empty / std::max(1, row.compared), row.refused, row.different);
  }
  // What has been compared too rarely, with how often it gave something: every function, aggregation and operator of
  // the version, and whatever else was counted.
  std::string shortfalls(promql::Version version) const {
    std::map<std::string, int> few;
    for (const auto& [name, row] : rows) few[name] = row.non_empty;
    const bool v3 = version == promql::Version::v3_5;
    for (const promql::Function& function : promql::functions()) {
      const bool classic = function.special != promql::Special::native_histogram &&
                           (v3 || function.special != promql::Special::histogram_fraction);
      const bool known = classic && function.standing(version) != promql::Standing::unknown;
      if (known) few.try_emplace(std::string(function.name), 0);
    }
    for (int op = 0; op <= static_cast<int>(promql::AggregateOp::limit_ratio); ++op) {
      const auto each = static_cast<promql::AggregateOp>(op);
      const bool known = v3 || (each != promql::AggregateOp::limitk && each != promql::AggregateOp::limit_ratio);
      if (known) few.try_emplace(std::string(to_string(each)), 0);
    }
    for (int op = 0; op <= static_cast<int>(promql::BinaryOp::unless); ++op) {
      few.try_emplace(std::string(to_string(static_cast<promql::BinaryOp>(op))), 0);
    }
    const std::size_t counted = few.size();
    std::string out;
    for (const auto& [name, count] : few) {
      if (count < kEnough) out += format("{}{} {}", out.empty() ? "" : ", ", name, count);
    }
    if (out.empty())
      return format("all {} functions, aggregations, operators and forms: {} or more\n", counted, kEnough);
    return format("of {} functions, aggregations, operators and forms, fewer than {}: {}\n", counted, kEnough, out);
  }

  std::string table() const {
    std::string out = format("{:<30} {:>8} {:>10} {:>8} {:>8} {:>6}\n", "feature", "compared", "non-empty", "share",
                             "refused", "differ");
    for (const auto& [name, row] : rows) out += line(name, row);
    return out;
  }
};

struct Found {
  std::vector<Disagreement> disagreements;
  Tally tally;
};

// One seed: one file for promtool.
bool run_seed(std::uint64_t seed, const Arguments& arguments, const Promtool& promtool, Found& found) {
  RandomStream random(seed, "differential");
  static constexpr Duration kIntervals[] = {15s, 30s, 60s, 60s, 120s};
  Options options{arguments.version, kIntervals[random.below(5)],
                  arguments.version == promql::Version::v3_5 && seed % 5 == 4};
  const std::size_t group_count = (arguments.cases + kCasesInGroup - 1) / kCasesInGroup;
  std::vector<SeriesSet> sets(group_count);
  std::vector<Group> groups;
  std::vector<std::vector<NodePtr>> expressions(group_count);
  for (std::size_t g = 0; g < group_count; ++g) {
    sets[g] = random_series(random);
    const Duration end = sets[g].interval * static_cast<int>(sets[g].series[0].samples.size());
    Group group{&sets[g], end + 60s, {}};
    ExpressionGenerator generator(arguments.version, end, random);
    for (std::size_t i = 0; i < kCasesInGroup; ++i) {
      expressions[g].push_back(generator.expression());
      const auto third = static_cast<std::uint64_t>(end.count() / 3);
      Duration at = random.below(8) == 0 ? Duration(random.below(3 * third + 360'000))
                                         : Duration(third + random.below(2 * third + 1));
      if (random.below(10) < 6) at = at / 15s * 15s;
      group.cases.push_back({print(*expressions[g].back()), at});
      group.horizon = std::max(group.horizon, at);
    }
    groups.push_back(std::move(group));
  }
  const auto answers = promtool.ask(groups, options);
  if (!answers) {
    say(format("seed {}: {}\n", seed, answers.error()));
    return false;
  }
  for (std::size_t g = 0; g < group_count; ++g) {
    const promql::MemoryStore store = load(sets[g], last_load(groups[g].horizon, options));
    for (std::size_t i = 0; i < groups[g].cases.size(); ++i) {
      const auto& [text, at] = groups[g].cases[i];
      const Node& expression = *expressions[g][i];
      const Answer& theirs = (*answers)[g][i];
      current = format("seed {}: {} at {} ms", seed, text, at.count());
      OwnAnswer own = evaluate(text, at, store, options);
      Agreement agreement = compare(theirs, own.answer, tolerance(expression));
      if (!own.moved.empty() && agreement != Agreement::excluded) agreement = Agreement::different;
      if (agreement == Agreement::different) {
        Disagreement disagreement{expressions[g][i], sets[g], at, groups[g].horizon, options, theirs, std::move(own)};
        if (disagreement.own.moved.empty() && !is_stable(promtool, disagreement)) {
          ++found.tally.unstable;
          agreement = Agreement::excluded;
        } else {
          own.answer = disagreement.own.answer;
          found.disagreements.push_back(std::move(disagreement));
        }
      }
      found.tally.add(expression, theirs, agreement, own.answer);
    }
  }
  return true;
}

int run(const Arguments& arguments) {
  const std::optional<Promtool> promtool = Promtool::find(arguments.version);
  if (!promtool) {
    const bool required = std::getenv("FIREDRILL_REQUIRE_ORACLES") != nullptr;
    say(format("{}: promtool {} is not installed\n", required ? "FAIL" : "skipped",
               arguments.version == promql::Version::v3_5 ? "3.5" : "2.42"));
    return required ? 1 : kSkipped;
  }
  Found found;
  bool understood = true;
  for (std::uint64_t seed = arguments.first; seed <= arguments.last; ++seed)
    understood = run_seed(seed, arguments, *promtool, found) && understood;
  const Tally& tally = found.tally;
  if (arguments.table) {
    say(tally.table());
    say("\nnon-empty comparisons: " + tally.shortfalls(arguments.version));
    say("\nerrors in other words (promtool, firedrill):\n");
    for (const auto& [pair, count] : tally.wording) say(format("{:>5} {}\n", count, pair));
  }
  for (std::size_t i = 0; i < std::min(arguments.shrink, found.disagreements.size()); ++i) {
    Disagreement& each = found.disagreements[i];
    say(format("\n---- {}\n", print(*each.expression)));
    say(script(shrink(*promtool, std::move(each))));
  }
  say(format("\n{} against {}\n{}", arguments.version == promql::Version::v3_5 ? "3.5" : "2.42", promtool->path(),
             Tally::line("all expressions", tally.all)));
  say(
      format("{} bit for bit, {} within the tolerance, {} disagree; left out: {} over promtool's limit of samples, "
             "{} that promtool answers differently from run to run\n",
             tally.exact, tally.all.compared - tally.exact - tally.all.refused - tally.all.different,
             tally.all.different, tally.excluded - tally.unstable, tally.unstable));
  return understood && tally.all.different == 0 ? 0 : 1;
}

}  // namespace
}  // namespace firedrill::differential

int main(int argc, char** argv) {
  using namespace firedrill::differential;
  for (const int signal : {SIGSEGV, SIGABRT, SIGFPE}) std::signal(signal, on_crash);
  const auto arguments = read_arguments(argc, argv);
  if (!arguments) {
    say("usage: promql_differential [--seeds A..B] [--cases N] [--version 2|3] [--shrink K] [--table]\n");
    return 2;
  }
  return run(*arguments);
}
