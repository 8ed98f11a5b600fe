// PromQL: a box, what it gives now and over time, what was asked before.
#include <algorithm>
#include <array>
#include <charconv>
#include <ranges>

#include "console/line/turn.h"
#include "console/pages/charts.h"
#include "console/pages/page_table.h"

namespace firedrill::console::pages {
namespace {

constexpr std::size_t kMostRows = 40;
constexpr std::size_t kMostHistory = 15;

std::string page_title(const View& /*view*/) {
  return "Query";
}

// "1:12: parse error: …": where, if it says so.
struct Place {
  std::size_t line = 0;
  std::size_t column = 0;
};
Place place_of(std::string_view what) {
  Place place;
  const char* end = what.data() + what.size();
  const auto line = std::from_chars(what.data(), end, place.line);
  if (line.ec != std::errc() || line.ptr == end || *line.ptr != ':') return {};
  const auto column = std::from_chars(line.ptr + 1, end, place.column);
  return column.ec == std::errc() && place.line > 0 && place.column > 0 ? place : Place{};
}

// The line, and a caret below where it went wrong.
Html refused(std::string_view expression, const Refusal& refusal) {
  const Place place = place_of(refusal.what);
  Html shown;
  if (place.line > 0) {
    std::string_view rest = expression;
    for (std::size_t i = 1; i < place.line; ++i) rest.remove_prefix(std::min(rest.size(), rest.find('\n') + 1));
    const std::string_view line = rest.substr(0, rest.find('\n'));
    const std::string before = [&] {
      std::string blanks;
      for (const char c : line.substr(0, std::min(line.size(), place.column - 1))) {
        if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) blanks += ' ';
      }
      return blanks;
    }();
    shown = html(R"(<pre class="caret">{}
{}^</pre>)",
                 line, before);
  }
  return html(R"(<div class="refused" role="alert"><p>{}</p>{}<p class="quiet">{}</p></div>)", refusal.what, shown,
              refusal.remedy);
}

Html rows_of(const promql::Vector& vector) {
  constexpr std::array<std::string_view, 2> kHead{"series", "value"};
  std::vector<std::vector<Html>> rows;
  for (const promql::VectorSample& each : vector | std::views::take(kMostRows)) {
    rows.push_back({html("<code>{}</code>", each.labels.to_string()), html("{}", shown_number(each.value))});
  }
  return table("what it gives now", kHead, rows) +
         (vector.size() > kMostRows ? html("<p>… and {} more</p>", vector.size() - kMostRows) : Html());
}

Html now_of(const promql::Value& value) {
  if (const auto* scalar = std::get_if<promql::Scalar>(&value)) return html("<p>{}</p>", shown_number(scalar->value));
  if (const auto* text = std::get_if<promql::String>(&value)) return html("<p>{}</p>", text->value);
  if (const auto* vector = std::get_if<promql::Vector>(&value)) {
    return vector->empty() ? html(R"(<p class="quiet">No series.</p>)") : rows_of(*vector);
  }
  const auto& matrix = std::get<promql::Matrix>(value);
  Html out;
  for (const promql::Series& each : matrix | std::views::take(kMostRows)) {
    out += html("<li><code>{}</code> {} samples</li>", each.labels.to_string(), each.samples.size());
  }
  return html("<ul>{}</ul>", out);
}

Html history(const View& view) {
  std::vector<std::string> seen;
  Html list;
  for (const Step& step : view.game.steps() | std::views::reverse) {
    std::string_view line = step.line;
    const std::string_view word = take_word(line);
    if (word == "range") take_word(line);
    if ((word != "query" && word != "range") || line.empty()) continue;
    if (std::ranges::find(seen, line) != seen.end() || seen.size() >= kMostHistory) continue;
    seen.emplace_back(line);
    list += html(R"(<li><time>{}</time> <a href="{}"><code>{}</code></a></li>)", format_clock(step.at),
                 view.to_query(line), line);
  }
  return list.empty() ? html(R"(<p class="quiet">Nothing was asked yet.</p>)")
                      : html(R"(<ol class="feed">{}</ol>)", list);
}

Html box(const View& view, const std::string& expression) {
  Html kept;
  for (const auto& [name, value] : view.window.query()) {
    if (!value.empty()) kept += html(R"(<input type="hidden" name="{}" value="{}">)", name, value);
  }
  return html(
      R"(<form class="query" method="get" action="{}"><label for="expr">PromQL, over what was scraped until now</label><div class="combo"><input id="expr" name="expr" value="{}" spellcheck="false" autocomplete="off" role="combobox" aria-expanded="false" aria-controls="names" aria-autocomplete="list" data-complete="names"><ul id="names" role="listbox" aria-label="Names of metrics, labels and functions" hidden></ul></div>{}<button class="primary">Ask</button> <span class="quiet">Arrows and Enter choose a name, Enter asks.</span></form>)",
      view.below + "/query", expression, kept);
}

Html page_body(const View& view) {
  const std::string expression = view.form.value("expr");
  Html out = box(view, expression);
  if (!expression.empty()) {
    const Session& session = view.session();
    const auto now = session.query(expression, view.window.follows ? session.now() : view.window.to);
    if (!now) {
      out += refused(expression, now.error());
    } else {
      const bool drawn = std::holds_alternative<promql::Vector>(*now) || std::holds_alternative<promql::Scalar>(*now);
      if (drawn) {
        out += panel("over-time", "Over time",
                     html(R"(<div class="charts">{}</div>)",
                          chart(view, {.id = "asked", .title = "what was asked", .expression = expression})),
                     window_bar(view.window, session, view.below + "/query", {{"expr", expression}}));
      }
      out += panel("now", view.window.follows ? "Now" : format("At {}", format_clock(view.window.to)), now_of(*now));
    }
  }
  return out + panel("asked-before", "Asked before", history(view));
}

std::string page_looks(const View& view) {
  const std::string expression = view.form.value("expr");
  if (expression.empty() || !view.session().query(expression, view.session().now())) return {};
  return "query " + printable(expression);
}

}  // namespace

PageSpec query_page() {
  return {.path = "/query", .nav = "Query", .title = page_title, .body = page_body, .looks = page_looks};
}

}  // namespace firedrill::console::pages
