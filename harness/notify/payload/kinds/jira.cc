// Jira: an issue is looked for; if there is none it is created, else changed and moved. Which issue there is nobody can
// know here: a first notification is taken to find none, a later one to find that of the first.
#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "notify/payload/draft.h"
#include "template/format/go_text.h"

namespace firedrill::notify::payloads {
namespace {

constexpr Limit kSummary{.runes = 255};
constexpr Limit kDescription{.runes = 32767};
// What Jira says of it: its key, and the number of the transition whose name the configuration has.
constexpr std::string_view kIssue = "{issue}";
constexpr std::string_view kTransition = "{transition}";

std::string address(const Draft& draft, std::string_view path) {
  std::string base = draft.address("api_url");
  while (base.ends_with('/')) base.pop_back();
  return format("{}/{}", base, path);
}

std::string label(const Draft& draft) {
  return format("ALERT{{{}}}", draft.hash());
}

std::string query(Draft& draft) {
  const Value& settings = draft.settings();
  std::string out;
  if (settings.filled("wont_fix_resolution")) {
    out += format("(resolution is EMPTY or resolution != {}) and ",
                  templates::go_quote(settings.text_of("wont_fix_resolution")));
  }
  const auto reopens = parse_duration(settings.text_of("reopen_duration"));
  const auto minutes = reopens ? reopens->count() / 60'000 : 0;
  if (draft.is_firing() && settings.filled("reopen_transition") && minutes > 0) {
    out += format("(resolutiondate is EMPTY OR resolutiondate >= -{}m) and ", minutes);
  } else {
    out += "statusCategory != Done and ";
  }
  const Value* project = settings.find("project");
  return out + format("project={} and labels={} order by status ASC,resolutiondate DESC",
                      templates::go_quote(project == nullptr ? "" : draft.rendered(*project)),
                      templates::go_quote(label(draft)));
}

void search(Draft& draft) {
  const std::string_view type = draft.settings().text_of("api_type");
  std::string host = draft.address("api_url");
  const std::size_t begin = host.find("://");
  if (begin != std::string::npos) host = host.substr(begin + 3);
  host = host.substr(0, host.find('/'));
  std::string where = address(draft, "search");
  if (type == "cloud" || (type == "auto" && host.ends_with("atlassian.net"))) {
    where = address(draft, "search/jql");
    if (const std::size_t at = where.find("/2"); at != std::string::npos) where.replace(at, 2, "/3");
  }
  draft.post_json(where, json::object{{"fields", json::array{"status"}}, {"jql", query(draft)}, {"maxResults", 2}});
}

json::array labels(Draft& draft) {
  std::vector<std::string> all{label(draft)};
  if (const Value* given = draft.settings().find("labels")) {
    for (std::size_t i = 0; i < given->items.size(); ++i) {
      all.push_back(draft.rendered(given->items[i]));
      draft.show(format("labels[{}]", i), all.back());
    }
  }
  std::ranges::sort(all);
  json::array out;
  for (const std::string& each : all) out.push_back(json::string(each));
  return out;
}

// Of the third API a document in JSON.
json::value description(Draft& draft) {
  const std::string text = draft.text("description", kDescription);
  std::string base = draft.address("api_url");
  while (base.ends_with('/')) base.pop_back();
  if (!base.ends_with("/3") || draft.failed()) return json::string(text);
  auto document = read_json(make_source("description", text));
  if (document) return std::move(*document);
  draft.fail(draft.settings().where_of("description"), "'description' renders to no JSON, which the third API takes",
             "Alertmanager sends nothing then; render a document of Atlassian's format, or use the second API");
  return {};
}

json::object issue(Draft& draft) {
  json::object known{{"summary", draft.text("summary", kSummary)},
                     {"project", json::object{{"key", draft.text("project")}}},
                     {"issuetype", json::object{{"name", draft.text("issue_type")}}}};
  if (json::value described = description(draft); described != "") known["description"] = std::move(described);
  known["labels"] = labels(draft);
  if (const std::string priority = draft.text("priority"); !priority.empty()) {
    known["priority"] = json::object{{"name", priority}};
  }
  if (const Value* custom = draft.settings().find("fields")) {
    for (const auto& [name, value] : custom->entries) known[name] = draft.any(value, format("fields.{}", name));
  }
  std::vector<std::string> names;
  for (const auto& each : known) names.emplace_back(each.key());
  std::ranges::sort(names);
  json::object sorted;
  for (const std::string& name : names) sorted[name] = known[name];
  return {{"fields", std::move(sorted)}};
}

}  // namespace

void jira(Draft& draft) {
  search(draft);
  const bool is_first = draft.notification().reason == Reason::first_notification;
  if (is_first && !draft.is_firing()) return;
  const json::object body = issue(draft);
  if (is_first) {
    draft.post_json(address(draft, "issue"), body);
    return;
  }
  draft.send_json("PUT", address(draft, format("issue/{}", kIssue)), body);
  const bool moves = draft.settings().filled(draft.is_firing() ? "reopen_transition" : "resolve_transition");
  if (draft.is_firing() || !moves) return;
  const std::string transitions = address(draft, format("issue/{}/transitions", kIssue));
  Payload::Request& ways = draft.request("GET", transitions);
  ways.headers.insert(ways.headers.begin(), {"Content-Type", "application/json"});
  draft.post_json(transitions, json::object{{"transition", json::object{{"id", kTransition}}}});
}

}  // namespace firedrill::notify::payloads
