// Commands that read what production writes: logs, events of the cluster, changes.
#include <array>
#include <charconv>
#include <optional>

#include "base/text/format.h"
#include "base/text/regex.h"
#include "console/line/command_table.h"
#include "record/logs.h"

namespace firedrill::console {
namespace {

constexpr std::size_t kUsual = 20;
constexpr std::size_t kMost = 500;

json::value parsed(const std::string& text) {
  auto read = read_json(make_source("<line>", text));
  return read ? *read : json::value();
}

// What a search says: a service, how many lines, a regular expression between slashes.
struct Search {
  std::string service;
  std::size_t most = kUsual;
  std::optional<Regex> regex;
};

std::expected<Search, Refusal> read_search(Turn& turn) {
  Search search;
  std::string_view rest = turn.rest;
  while (!rest.empty()) {
    if (rest.front() == '/') {
      const std::size_t end = rest.rfind('/');
      if (end == 0)
        return std::unexpected(Refusal{"the regular expression has no end", "write it between slashes: /refused/"});
      // By itself first, so that the error is about what was written.
      const std::string text(rest.substr(1, end - 1));
      const auto alone = Regex::compile(text, DotNewline::no, false);
      auto regex = Regex::compile(format("(?s:.*)(?:{})(?s:.*)", text), DotNewline::no);
      if (!alone || !regex) {
        return std::unexpected(Refusal{alone ? regex.error() : alone.error(), "a regular expression in RE2's syntax"});
      }
      search.regex = std::move(*regex);
      rest = trimmed(rest.substr(end + 1));
      continue;
    }
    const std::string_view word = take_word(rest);
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error == std::errc() && end == word.data() + word.size()) {
      search.most = std::min(number, kMost);
    } else {
      search.service = word;
    }
  }
  const bool watches = search.service == "prometheus" || search.service == "alertmanager";
  if (!search.service.empty() && !watches && turn.session.scenario().topology.find(search.service) == nullptr) {
    std::vector<std::string> names{"prometheus", "alertmanager"};
    for (const auto& each : turn.session.scenario().topology.services) names.push_back(each.name);
    return std::unexpected(Refusal{format("there is no service '{}'", search.service), suggest(search.service, names)});
  }
  return search;
}

std::string shown(const events::LogLine& line) {
  std::string text =
      format("{} {:5} {} {}  {}", format_clock(line.t), to_string(line.level), line.service, line.pod, line.message);
  if (!line.route.empty() && !line.message.contains(line.route)) text += format("  [{}]", line.route);
  if (line.stands_for > 1) text += format("  ×{}", line.stands_for);
  return text;
}

Answer logs(Turn& turn) {
  const auto search = read_search(turn);
  if (!search) return refused(search.error());
  const auto passes = [&](const events::LogLine& line) {
    if (!search->service.empty() && line.service != search->service) return false;
    return !search->regex || search->regex->matches(shown(line));
  };
  std::string text;
  json::array list;
  for (const events::LogLine& line : turn.session.logs(passes, search->most)) {
    text += shown(line) + "\n";
    list.push_back(parsed(record::log_json(line)));
  }
  json::object data;
  data["lines"] = std::move(list);
  return said(text.empty() ? "nothing like that was written\n" : std::move(text), std::move(data));
}

Answer cluster_events(Turn& turn) {
  const auto search = read_search(turn);
  if (!search) return refused(search.error());
  std::vector<events::ClusterEvent> found;
  for (events::ClusterEvent& event : turn.session.cluster_events()) {
    if (search->service.empty() || event.service == search->service) found.push_back(std::move(event));
  }
  if (found.size() > search->most) found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(search->most));
  std::string text;
  json::array list;
  for (const events::ClusterEvent& event : found) {
    text += format("{} {:7} {} {}  {}{}\n", format_clock(event.last), event.warning ? "Warning" : "Normal",
                   event.reason, event.object, event.message, event.count > 1 ? format("  ×{}", event.count) : "");
    list.push_back(parsed(record::log_json(event)));
  }
  json::object data;
  data["events"] = std::move(list);
  return said(text.empty() ? "the cluster tells of nothing\n" : std::move(text), std::move(data));
}

Answer changes(Turn& turn) {
  std::string text;
  json::array list;
  for (const events::Change& change : turn.session.changes()) {
    text += format("{} {} {}: {}, by {}\n", format_clock(change.t), change.kind, change.target, change.what, change.by);
    list.push_back(parsed(record::log_json(change)));
  }
  json::object data;
  data["changes"] = std::move(list);
  return said(text.empty() ? "nobody has changed anything\n" : std::move(text), std::move(data));
}

constexpr std::array kCommands{
    CommandSpec{"logs", "[SERVICE] [N] [/REGEX/]", "the newest lines of logs", "look", Trace::Kind::look, true, 20,
                logs},
    CommandSpec{"events", "[SERVICE] [N]", "events of the cluster", "look", Trace::Kind::look, true, 10,
                cluster_events},
    CommandSpec{"changes", "", "what somebody or something has changed", "look", Trace::Kind::look, true, 10, changes},
};

}  // namespace

std::span<const CommandSpec> log_commands() {
  return kCommands;
}

}  // namespace firedrill::console
