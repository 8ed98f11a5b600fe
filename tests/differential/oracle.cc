#include "oracle.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::differential {
namespace {

std::string yaml_quote(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "''" : std::string(1, c);
  return result + "'";
}

std::string test_file(const std::vector<Group>& groups, const Options& options) {
  std::string out = format("evaluation_interval: {}\ntests:\n", format_duration(options.evaluation_interval));
  for (const Group& group : groups) {
    out += format("- interval: {}\n  input_series:\n", format_duration(group.set->interval));
    for (const RandomSeries& series : group.set->series) {
      out += format("  - series: {}\n    values: {}\n", yaml_quote(series.labels.to_string()),
                    yaml_quote(notation(series, group.set->interval, Time{} + group.horizon)));
    }
    out += "  promql_expr_test:\n";
    for (const Case& each : group.cases) {
      out += format("  - expr: {}\n    eval_time: {}\n    exp_samples: [{{labels: never, value: 1}}]\n",
                    yaml_quote(each.expression), format_duration(each.at));
    }
    // Met, so silent; there so that a group loads as much when some of its cases are left out.
    out += format("  - expr: '1'\n    eval_time: {}\n    exp_samples: [{{labels: '{{}}', value: 1}}]\n",
                  format_duration(group.horizon));
  }
  return out;
}

std::string run(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  char buffer[65536];
  for (std::size_t n = 0; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, n);
  pclose(pipe);
  return output;
}

// `{a="b"} 1E+00, {a="c"} NaN` or `nil`.
std::optional<Answer> read_samples(std::string_view text) {
  Answer answer;
  if (text == "nil") return answer;
  while (!text.empty()) {
    bool quoted = false;
    std::size_t end = 0;
    for (; end < text.size() && (quoted || text[end] != '}'); ++end) {
      if (quoted && text[end] == '\\') {
        ++end;
      } else if (text[end] == '"') {
        quoted = !quoted;
      }
    }
    const std::size_t comma = text.find(", ", end);
    if (end + 2 > text.size()) return std::nullopt;
    const std::string_view number = text.substr(end + 2, comma == std::string_view::npos ? comma : comma - end - 2);
    const std::optional<double> value = parse_float(number);
    if (!value) return std::nullopt;
    answer.samples.emplace_back(text.substr(0, end + 1), *value);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 2);
  }
  std::ranges::sort(answer.samples, {}, &std::pair<std::string, double>::first);
  return answer;
}

// One answer for each `expr:` line of the output, in its order.
std::expected<std::vector<Answer>, std::string> read_output(const std::string& output) {
  std::vector<Answer> answers;
  std::size_t at = 0;
  bool expected = false;
  while (at < output.size()) {
    const std::size_t end = std::min(output.find('\n', at), output.size());
    const std::string_view line(output.data() + at, end - at);
    at = end + 1;
    if (line.starts_with("    expr: ")) {
      const std::size_t error = line.find(", err: ");
      if (expected) return std::unexpected(format("no answer before: {}", line));
      if (line.ends_with(",") && error == std::string_view::npos) {
        expected = true;
      } else if (error != std::string_view::npos) {
        answers.push_back({std::string(line.substr(error + 7)), {}});
      } else {
        return std::unexpected(format("strange line: {}", line));
      }
    } else if (line.starts_with("        got: ")) {
      std::optional<Answer> answer = read_samples(line.substr(13));
      if (!answer || !expected) return std::unexpected(format("strange answer: {}", line));
      answers.push_back(std::move(*answer));
      expected = false;
    }
  }
  return answers;
}

}  // namespace

Time last_load(Duration horizon, const Options& options) {
  return Time{} + horizon / options.evaluation_interval * options.evaluation_interval;
}

std::optional<Promtool> Promtool::find(promql::Version version) {
  std::string path = "/usr/bin/promtool";
  if (version == promql::Version::v3_5) {
    const char* prefix = std::getenv("FIREDRILL_ORACLE");
    const char* home = std::getenv("HOME");
    path = prefix != nullptr ? prefix : format("{}/.cache/firedrill-oracle", home != nullptr ? home : "");
    path += "/usr/bin/promtool";
  }
  if (access(path.c_str(), X_OK) != 0) return std::nullopt;
  return Promtool(path);
}

std::expected<std::vector<std::vector<Answer>>, std::string> Promtool::ask(const std::vector<Group>& groups,
                                                                           const Options& options) const {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / format("firedrill-differential-{}.yml", getpid());
  std::ofstream(file) << test_file(groups, options);
  std::string command = path_;
  if (options.version == promql::Version::v3_5) {
    command += " --enable-feature=promql-experimental-functions";
    if (options.delayed_name_removal) command += ",promql-delayed-name-removal";
  }
  const std::string output = run(format("{} test rules '{}' 2>&1", command, file.string()));
  std::expected<std::vector<Answer>, std::string> answers = read_output(output);
  std::size_t count = 0;
  for (const Group& group : groups) count += group.cases.size();
  if (answers && answers->size() != count)
    answers = std::unexpected(format("{} answers to {} expressions", answers->size(), count));
  if (!answers) {
    const std::string kept = file.string() + ".kept";
    std::filesystem::rename(file, kept);
    return std::unexpected(format("{} ({}): {}", answers.error(), kept, output.substr(0, 600)));
  }
  std::filesystem::remove(file);
  std::vector<std::vector<Answer>> result;
  auto next = answers->begin();
  for (const Group& group : groups) {
    result.emplace_back(std::make_move_iterator(next),
                        std::make_move_iterator(next + static_cast<std::ptrdiff_t>(group.cases.size())));
    next += static_cast<std::ptrdiff_t>(group.cases.size());
  }
  return result;
}

}  // namespace firedrill::differential
