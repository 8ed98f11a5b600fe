// Logs: search by service, level and text, and how many there were over time.
#include <algorithm>
#include <initializer_list>
#include <ranges>

#include "base/text/regex.h"
#include "console/pages/charts.h"
#include "console/pages/page_table.h"
#include "console/pages/respond.h"

namespace firedrill::console::pages {
namespace {

constexpr std::size_t kMost = 200;

std::string page_title(const View& /*view*/) {
  return "Logs";
}

struct Search {
  std::string service{};
  std::optional<events::LogLevel> least{};
  std::optional<Regex> regex{};
  std::string wrong{};  // what is wrong with the expression

  bool passes(const events::LogLine& line) const {
    if (!service.empty() && line.service != service) return false;
    if (least && line.level < *least) return false;
    return !regex || regex->matches(format("{} {} {}", line.pod, line.route, line.message));
  }
};

Search search_of(const Form& form) {
  Search out{.service = form.value("service"), .least = events::parse_log_level(form.value("level"))};
  const std::string text = form.value("search");
  if (text.empty()) return out;
  const auto alone = Regex::compile(text, DotNewline::no, false);
  auto regex = Regex::compile(format("(?s:.*)(?i:{})(?s:.*)", text), DotNewline::no);
  if (alone && regex) {
    out.regex = std::move(*regex);
  } else {
    out.wrong = alone ? regex.error() : alone.error();
  }
  return out;
}

Html search_form(const View& view) {
  std::vector<std::pair<std::string, std::string>> services{{"", "all services"}}, levels{{"", "all levels"}};
  for (const auto& each : view.session().scenario().topology.services) services.emplace_back(each.name, each.name);
  for (const std::string_view own : {"prometheus", "alertmanager"}) services.emplace_back(own, own);
  for (const events::LogLevel level : events::kLogLevels) {
    levels.emplace_back(to_string(level), format("{} and worse", to_string(level)));
  }
  Html kept;
  for (const auto& [name, value] : view.window.query()) {
    if (!value.empty()) kept += html(R"(<input type="hidden" name="{}" value="{}">)", name, value);
  }
  return html(
      R"(<form class="search" method="get" action="{}">{}{}<p class="field grow"><label for="search">Text, or a regular expression</label><input id="search" name="search" value="{}" spellcheck="false" autocomplete="off"></p>{}<button class="primary">Search</button></form>)",
      view.below + "/logs", choice("log-service", "service", "Service", services, view.form.value("service")),
      choice("log-level", "level", "Level", levels, view.form.value("level")), view.form.value("search"), kept);
}

// Of those levels, all that each line stands for.
Counted counted(const View& view, const std::vector<events::LogLine>& lines, std::string_view name,
                std::initializer_list<events::LogLevel> levels) {
  Counted out{std::string(name), std::vector<double>(piece_count(view.window), 0)};
  for (const events::LogLine& line : lines) {
    const std::size_t piece = piece_of(view.window, line.t);
    if (std::ranges::find(levels, line.level) == levels.end() || piece >= out.values.size()) continue;
    out.values[piece] += static_cast<double>(line.stands_for);
  }
  return out;
}

// What went wrong has a chart of its own: what went well is thousands of times as much, told of about once a minute.
Html over_time(const View& view, const std::vector<events::LogLine>& lines) {
  using events::LogLevel;
  const bool well = std::ranges::any_of(lines, [](const events::LogLine& line) { return line.level < LogLevel::warn; });
  Html out = counts(view, "lines-over-time", "Errors and warnings over time, all that each line stands for",
                    {counted(view, lines, "error and fatal", {LogLevel::error, LogLevel::fatal}),
                     counted(view, lines, "warn", {LogLevel::warn})});
  if (well) {
    out += counts(view, "well-over-time", "What went well over time, all that each line stands for",
                  {counted(view, lines, "info", {LogLevel::info})});
  }
  return html(R"(<div class="charts">{}</div>)", out);
}

Html lines_of(const View& view, const std::vector<events::LogLine>& lines) {
  Html list;
  for (const events::LogLine& line : lines | std::views::reverse | std::views::take(kMost)) {
    list += html(R"(<li class="{}"><time>{}</time> <span class="kind">{}</span> <a href="{}">{}</a> {} {}{}{}</li>)",
                 to_string(line.level), format_clock(line.t), to_string(line.level), view.to_service(line.service),
                 line.service, line.pod, line.message,
                 line.route.empty() || line.message.contains(line.route) ? std::string() : format(" [{}]", line.route),
                 line.stands_for > 1 ? format(" ×{}", line.stands_for) : std::string());
  }
  if (list.empty()) return html(R"(<p class="quiet">Nothing like that was written in that time.</p>)");
  return html(R"(<p class="quiet">The newest {} of {}.</p><ol class="feed log">{}</ol>)", std::min(kMost, lines.size()),
              lines.size(), list);
}

Html page_body(const View& view) {
  const Search search = search_of(view.form);
  Html out = search_form(view);
  if (!search.wrong.empty()) {
    return out + html(R"(<p class="refused" role="alert">{} (a regular expression in RE2's syntax)</p>)", search.wrong);
  }
  constexpr std::size_t kAll = 100'000;
  const auto lines = view.session().logs(
      [&](const events::LogLine& line) {
        return line.t >= view.window.from && line.t <= view.window.to && search.passes(line);
      },
      kAll);
  out += panel(
      "over-time", "Over time", over_time(view, lines),
      window_bar(
          view.window, view.session(), view.below + "/logs",
          {{"service", search.service}, {"level", view.form.value("level")}, {"search", view.form.value("search")}}));
  return out + panel("lines", "Lines", lines_of(view, lines));
}

std::string page_looks(const View& view) {
  const Search search = search_of(view.form);
  if (!search.wrong.empty()) return {};
  if (search.service.empty()) return "logs";
  const bool watches = search.service == "prometheus" || search.service == "alertmanager";
  const bool known = watches || view.session().scenario().topology.find(search.service) != nullptr;
  return known ? format("logs {}", search.service) : std::string();
}

}  // namespace

PageSpec logs_page() {
  return {.path = "/logs", .nav = "Logs", .title = page_title, .body = page_body, .looks = page_looks};
}

}  // namespace firedrill::console::pages
