// Afterwards: what was wrong, the score with its reasons, all lines drawn over one another, what the best known
// response did beside what was done, questions; and a trainee's drills one after the other.
#include <algorithm>
#include <array>
#include <map>

#include "base/duration.h"
#include "base/maths.h"
#include "console/pages/aftermath.h"
#include "console/pages/charts.h"
#include "console/pages/page_table.h"

namespace firedrill::console::pages {
namespace {

std::string page_title(const View& /*view*/) {
  return "What it came to";
}

Html injected(const Aftermath& after) {
  Html list;
  for (const Injected& each : after.injected) {
    list += html("{}<strong>{}</strong> of {}, at {}", list.empty() ? "" : "; ", each.kind, each.target,
                 format_clock(each.at));
  }
  return list.empty() ? Html() : html("<p>Let happen by whoever ran it: {}.</p>", list);
}

Html causes(const Aftermath& after) {
  if (after.drill.quiet) {
    return html("<p>Nothing was wrong{}: it was a false alarm.</p>", after.injected.empty() ? "" : " at first");
  }
  Html list;
  for (const Cause& each : after.drill.causes) {
    list += html("{}<strong>{}</strong> ({})", list.empty() ? "" : " or ",
                 each.service.empty() ? std::string("no service") : each.service, each.kind);
  }
  return html("<p>What was wrong: {}.</p>", list);
}

std::string points_of(const ScoreLine& line) {
  if (line.aspect == "hints") return format("{:.0f}", line.points);
  return line.most > 0 ? format("{:.0f} of {:.0f}", line.points, line.most) : std::string("–");
}

// "nothing was looked at before `restart web`": what stands between the marks is a line of the console.
Html with_code(std::string_view text) {
  Html out;
  for (bool code = false; !text.empty(); code = !code) {
    const std::size_t end = std::min(text.find('`'), text.size());
    const bool closed = !code || end < text.size();
    out += code && closed ? html("<code>{}</code>", text.substr(0, end))
                          : html("{}{}", closed ? "" : "`", text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

Html score(const LineAfter& line) {
  constexpr std::array<std::string_view, 4> kHead{"what counts", "points", "at", "why"};
  std::vector<std::vector<Html>> rows;
  for (const ScoreLine& each : line.score->lines) {
    rows.push_back({html("{}", each.aspect), html("{}", points_of(each)),
                    html("{}", each.at ? format_clock(*each.at) : std::string()), with_code(each.why)});
  }
  return html(R"(<p class="headline"><strong>{} of {} points</strong></p>{})", format("{:.0f}", line.score->points),
              format("{:.0f}", line.score->most), table("score", kHead, rows, "of-score stacks"));
}

Html beside_one_another(const Aftermath& after) {
  constexpr std::array<std::string_view, 4> kHead{"line", "points", "requests lost", "time to mitigate"};
  std::vector<std::vector<Html>> rows;
  for (const LineAfter& line : after.lines) {
    rows.push_back({html("{}", line.name),
                    html("{}", line.score ? format("{:.0f} of {:.0f}", line.score->points, line.score->most) : "–"),
                    html("{} of {}", format("{:.0f}", line.lost), format("{:.0f}", line.requests)),
                    html("{}", line.time_to_mitigate.empty() ? std::string("–") : line.time_to_mitigate)});
  }
  return table("lines of the drill", kHead, rows, "of-lines stacks");
}

// All lines over one another: the share of customers' requests that failed, minute by minute.
Html drawn(const Aftermath& after) {
  reports::Chart chart{};
  chart.id = "lines";
  chart.title = "Customers' requests that failed";
  chart.description = "The share of requests at the entry points that failed in each minute, a line for each course.";
  chart.unit = reports::Unit::ratio;
  std::size_t minutes = 1;
  for (const LineAfter& line : after.lines) minutes = std::max(minutes, line.error_share.size());
  const std::size_t each = (minutes + reports::kMostPoints - 1) / reports::kMostPoints;
  chart.from = after.start;
  chart.to = after.start + Duration(1min) * static_cast<std::int64_t>(minutes);
  chart.slices = {after.start, Duration(1min) * static_cast<std::int64_t>(each), {}};
  for (std::size_t first = 0; first < minutes; first += each) {
    chart.slices.minutes.push_back({first, std::min(first + each, minutes) - 1});
  }
  for (const LineAfter& line : after.lines) {
    reports::Line one{line.name, {}};
    for (const auto& slice : chart.slices.minutes) {
      double most = maths::nan();
      for (std::size_t i = slice.first; i <= slice.last && i < line.error_share.size(); ++i) {
        if (!(most >= line.error_share[i])) most = line.error_share[i];
      }
      one.values.push_back(most);
    }
    chart.lines.push_back(std::move(one));
  }
  if (after.paged_at) chart.bands.push_back({*after.paged_at, *after.paged_at + Duration(1), "paged"});
  Window window{.from = chart.from, .to = chart.to, .follows = false, .step = chart.slices.width};
  return html(R"(<div class="charts"><div class="one wide">{}</div></div>)",
              with_cursor(window, "lines", reports::draw(chart)));
}

Html acts_of(const Aftermath& after, const LineAfter& line) {
  Html list;
  for (const Step& step : line.steps) {
    const std::string when =
        after.paged_at && step.at >= *after.paged_at
            ? format("+{}", describe_duration(std::chrono::floor<std::chrono::seconds>(step.at - *after.paged_at)))
            : format_clock(step.at);
    list += html("<li><time>{}</time> <code>{}</code></li>", when, step.line);
  }
  return html("<div><h3>{}</h3>{}</div>", line.name,
              list.empty() ? html(R"(<p class="quiet">nothing</p>)") : html(R"(<ol class="feed">{}</ol>)", list));
}

Html beside_best(const Aftermath& after) {
  Html out = acts_of(after, after.lines.front());
  if (after.lines.back().name.starts_with("best")) {
    out += acts_of(after, after.lines.back());
  } else if (!after.drill.best.empty() && !after.injected.empty()) {
    out += html(R"(<p class="quiet">To what was let happen no best response is known.</p>)");
  } else {
    out += html(R"(<p class="quiet">No best response is known for this drill.</p>)");
  }
  return html(R"(<div class="two">{}</div>)", out);
}

Html texts(const std::vector<std::string>& list) {
  Html out;
  for (const std::string& each : list) out += html("<li>{}</li>", each);
  return html("<ul>{}</ul>", out);
}

Html marks(const View& view) {
  Html list;
  for (const Step& step : view.game.steps()) {
    if (step.by.empty() || !step.line.starts_with("mark ")) continue;
    list += html("<li><time>{}</time> {}</li>", format_clock(step.at), std::string_view(step.line).substr(5));
  }
  return list.empty() ? Html()
                      : panel("marks", "Marked by whoever ran the drill", html(R"(<ol class="feed">{}</ol>)", list));
}

Html drills_so_far(const View& view) {
  return view.log == nullptr ? Html() : html(R"(<p><a href="{}">Your drills so far</a></p>)", view.to("/progress"));
}

Html page_body(const View& view) {
  if (!view.game.over()) {
    if (view.mirrored()) {
      return html("<p>The drill goes on. It is told here when it is over: the trainee says so, or its time is up.</p>");
    }
    return html("<p>The drill goes on. It is told here when it is over: “It is over”, under “Respond”, ends it.</p>") +
           drills_so_far(view);
  }
  if (view.after == nullptr) {
    return html(
        R"(<p role="status">It is being reckoned: what you did, what would have come of doing nothing, and the best response that is known, each from the beginning. That takes a few seconds.</p>)");
  }
  const Aftermath& after = *view.after;
  if (after.lines.empty()) {
    return html(R"(<p class="refused">What was done could not be done again, and so it cannot be scored.</p>)");
  }
  Html out = causes(after) + injected(after) + html("<p>What it is about: {}</p>", after.drill.aim) +
             panel("score", "Score", score(after.lines.front())) +
             panel("lines-panel", "All lines over one another",
                   html(R"(<div class="two">{}{}</div>)", drawn(after), beside_one_another(after))) +
             panel("best", "What you did, and the best response that is known", beside_best(after)) + marks(view);
  if (!after.drill.questions.empty())
    out += panel("questions", "Questions for the debriefing", texts(after.drill.questions));
  if (!after.drill.next.empty()) out += panel("next", "What to practise next", texts(after.drill.next));
  return out + drills_so_far(view);
}

std::string progress_title(const View& /*view*/) {
  return "Your drills so far";
}

Html over_drills(const std::vector<LoggedDrill>& log) {
  constexpr std::array<std::string_view, 4> kHead{"when", "drill", "points", "requests lost"};
  std::vector<std::vector<Html>> rows;
  for (auto each = log.rbegin(); each != log.rend(); ++each) {
    rows.push_back(
        {html("{} {}", each->when.substr(0, 10), each->when.size() > 16 ? each->when.substr(11, 5) : ""),
         html("{} ({})", each->drill, each->difficulty),
         html(R"({} of {} <meter min="0" max="{}" value="{}" aria-label="points">{}</meter>)",
              format("{:.0f}", each->points), format("{:.0f}", each->most), each->most, std::max(0.0, each->points),
              format("{:.0f}", each->points)),
         html("{} lost; where nobody acts {}", format("{:.0f}", each->lost), format("{:.0f}", each->lost_by_nobody))});
  }
  return table("drills", kHead, rows, "stacks");
}

// Where points are left, over all drills: what to practise.
Html by_aspect(const std::vector<LoggedDrill>& log) {
  std::map<std::string, std::pair<double, double>> sums;
  for (const LoggedDrill& drill : log) {
    for (const auto& [name, points] : drill.aspects) {
      if (points.second <= 0) continue;
      sums[name].first += points.first;
      sums[name].second += points.second;
    }
  }
  std::vector<std::pair<std::string, std::pair<double, double>>> order(sums.begin(), sums.end());
  std::ranges::stable_sort(order, {}, [](const auto& each) { return each.second.first / each.second.second; });
  constexpr std::array<std::string_view, 2> kHead{"what counts", "points so far"};
  std::vector<std::vector<Html>> rows;
  for (const auto& [name, sum] : order) {
    rows.push_back(
        {html("{}", name), html(R"({} % <meter min="0" max="1" value="{}" aria-label="share of points">{} %</meter>)",
                                format("{:.0f}", sum.first / sum.second * 100), sum.first / sum.second,
                                format("{:.0f}", sum.first / sum.second * 100))});
  }
  return html(R"(<p class="quiet">Of the points that there were so far, the least first.</p>)") +
         table("what counts", kHead, rows, "stacks");
}

Html progress_body(const View& view) {
  if (view.log == nullptr) {
    return html(
        "<p>No file over drills is kept. With <code>--log FILE</code> each drill that is over adds a line to that "
        "file, which is yours alone.</p>");
  }
  if (view.log->empty()) return html("<p>Nothing is in it yet: a drill stands there once it is over and reckoned.</p>");
  return panel("drills", "Drills", over_drills(*view.log)) +
         panel("aspects", "Where there is most to gain", by_aspect(*view.log));
}

}  // namespace

PageSpec after_page() {
  return {.path = "/after", .nav = "Afterwards", .title = page_title, .body = page_body};
}
PageSpec progress_page() {
  return {.path = "/progress", .nav = "", .title = progress_title, .body = progress_body};
}

}  // namespace firedrill::console::pages
